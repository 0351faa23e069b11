"""The page of `recommender`: how a loop of clicks changes variety, and what exploring gains.

Frames: ``generations`` (a row for each lineage and generation), ``best`` (the best possible lists
of each replicate), and with a file of ratings ``completion`` (how good its estimate is).
"""

import numpy as np
import pandas as pd

from experiments.recommender import analysis, figures
from experiments.recommender import summary as found
from experiments.recommender.metrics import DESCRIPTIONS, OF_LISTS, SHARES
from mc import statistics
from mc.report.page import Page, Section, Table
from mc.report.stage_result import StageResult
from mc.report.wording import in_points, interval, number

AXES = ("regime", "epsilon")
WORDS = {
    "epsilon": "share of the places of the lists that show a random item",
    "decay": "what epsilon is multiplied by with each generation",
}
HINTS = {
    "coverage": "Where lines fall, the ranker recommends fewer items, and the same ones more "
    "often. Even the best possible lists, the favourites of each user, need not cover all items.",
    "likeness": "Lists of two users become alike when the ranker learns what all users like; items "
    "of a list become alike when it learns what one user likes.",
    "knowledge": "Above: what the lists earn. Below: whether the ranker orders all items, shown or "
    "not, as the user would.",
    "exchange": "Left and middle: lists of the ranker itself, without random items. Right: what "
    "the random items cost.",
    "returns": "Above 0, lineages that explore earn more than those that do not. Where a line of "
    "the lower row crosses 0, the costs are earned back.",
    "end": "At the last generation. Covered, Gini and alike: lists of the ranker itself; shown "
    "Gini includes the random items. Clicks: all generations, against the smallest epsilon.",
}


def page(result: StageResult) -> Page:
    """What the loop does, and what exploring gains and costs."""
    rows = analysis.with_totals(result.frames["generations"])
    metrics = list(DESCRIPTIONS)
    curves = statistics.loop_means(rows, AXES, metrics, shares=SHARES)
    changes = statistics.loop_changes(rows, AXES, metrics, shares=SHARES)
    base = ("epsilon", float(rows["epsilon"].min()))
    gains = statistics.loop_contrasts(rows, AXES, base, metrics, shares=SHARES)
    prices = analysis.click_prices(rows)
    best = result.frames["best"][list(OF_LISTS)].mean().to_dict()
    tables = {"curves": curves, "changes": changes, "gains": gains, "prices": prices}
    data = result.facts.get("data", "")
    headlines = [found.narrowing(curves, changes)]
    epsilons = sorted(gains["epsilon"].unique())
    headlines += [found.exchange(gains, prices, epsilon) for epsilon in epsilons]
    return Page(
        name=result.stage,
        title="the filter bubble",
        headlines=headlines,
        tables=[_end(tables)],
        sections=[*_curves(rows, tables["changes"], best, data), *_prices(tables, data)],
        frames={**result.frames, **tables},
        facts=result.facts,
        cautions=_cautions(result),
        glossary={**WORDS, **DESCRIPTIONS},
    )


def _curves(
    rows: pd.DataFrame, changes: pd.DataFrame, best: dict[str, float], data: str
) -> list[Section]:
    sections = {
        "coverage": (
            "What is recommended",
            ("coverage", "gini", "tail_share"),
            found.exposure_findings(best),
        ),
        "likeness": (
            "How alike lists are",
            ("homogeneity", "list_diversity"),
            found.likeness_findings(changes),
        ),
        "knowledge": (
            "What the ranker knows",
            ("hit_rate", "taste_distance"),
            found.knowledge_findings(changes),
        ),
    }
    return [
        Section(name, title, said, figures.bubble(rows, best, metrics, title, data), HINTS[name])
        for name, (title, metrics, said) in sections.items()
    ]


def _prices(tables: dict[str, pd.DataFrame], data: str) -> list[Section]:
    """What exploring gains and costs; empty with one epsilon."""
    gains, prices = tables["gains"], tables["prices"]
    if gains.empty:
        return []
    return [
        Section(
            "exchange",
            "What exploration gains",
            found.exchange_findings(gains),
            figures.exchange_rates(gains, prices, data),
            HINTS["exchange"],
        ),
        Section(
            "returns",
            "What exploration costs now and returns later",
            found.price_findings(prices),
            figures.click_returns(prices, data),
            HINTS["returns"],
        ),
    ]


def _end(tables: dict[str, pd.DataFrame]) -> Table:
    """Where each condition ends."""
    curves = tables["curves"]
    last = curves["generation"].max()
    wide = {name: _wide(table, last) for name, table in tables.items()}
    rows = [
        [
            regime,
            f"{epsilon:g}",
            in_points(*_three(wide["curves"], place, "coverage")),
            in_points(*_three(wide["changes"], place, "coverage")),
            *(
                number(wide["curves"].loc[(*place, metric), "mean"], 3)
                for metric in ("gini", "shown_gini", "homogeneity", "list_diversity")
            ),
            interval(*_three(wide["curves"], place, "hit_rate"), 3),
            number(wide["curves"].loc[(*place, "taste_distance"), "mean"], 3),
            in_points(*_three(wide["prices"], place, "total_clicks")),
        ]
        for place in wide["curves"].index.droplevel("metric").unique()
        for regime, epsilon in [place]
    ]
    heads = ["regime", "epsilon", "covered (%)", "since generation 0", "Gini", "shown Gini"]
    heads += ["alike", "within list", "hit rate", "distance", "clicks (%)"]
    return Table(f"The recommender at generation {last}", heads, rows, HINTS["end"])


def _wide(table: pd.DataFrame, step: int) -> pd.DataFrame:
    """A generation's rows, found by regime, epsilon and metric."""
    rows = table[table["generation"] == step]
    return rows.set_index([*AXES, "metric"])[["mean", "low", "high"]]


def _three(wide: pd.DataFrame, place: tuple[str, float], metric: str) -> tuple[float, float, float]:
    """Mean and bounds; 0 for the smallest epsilon, the reference."""
    key = (*place, metric)
    mean, low, high = wide.loc[key] if key in wide.index else (0.0, np.nan, np.nan)
    return mean, low, high


def _cautions(result: StageResult) -> list[str]:
    """What to know before believing the numbers."""
    cautions = [
        "Tastes do not change, items do not wear out, and a click does not depend on the rest of "
        "the list. So effects of a loop on tastes themselves are not included.",
        "Intervals are pointwise, over repetitions: of many comparisons a few differ by chance.",
    ]
    if "completion" not in result.frames:
        return cautions
    row = result.frames["completion"].iloc[0]
    return [
        f"True tastes are an estimate here: {100 * row['filled']:.1f}% of the cells have a rating, "
        "and low-rank completion fills the others. It misses held-out ratings by "
        f"{row['error']:.3f} (root mean square; means of users and items: "
        f"{row['error_of_means']:.3f}). People rate what they chose, so the rest is a guess, and "
        "simpler than real tastes. Repetitions have the same users and items, and differ in who is "
        "shown and clicks what.",
        *cautions,
    ]
