"""The page of `recommender`: what a loop of clicks does to variety, and what exploring buys.

Frames: ``generations`` (a row for each lineage and generation), ``best`` (the best possible lists
of each replicate), and with a file of ratings ``completion`` (how good its estimate is).
"""

import numpy as np
import pandas as pd

from experiments.recommender import analysis, figures
from experiments.recommender import summary as found
from experiments.recommender.metrics import DESCRIPTIONS, OF_LISTS
from mc import statistics
from mc.report.page import Page, Section, Table, in_points, interval, number
from mc.report.stage_result import StageResult

AXES = ("regime", "epsilon")
WORDS = {
    "epsilon": "share of the places of the lists that show a random item",
    "decay": "what epsilon is multiplied by with each generation",
}
HINTS = {
    "coverage": "Lines that fall: fewer items are recommended to anyone, and the same ones more "
    "often. The best possible lists, each user's own favourites, need not cover everything either.",
    "likeness": "Lists of two users grow alike when the ranker learns what all like in common; "
    "items of a list grow alike when it learns what one user likes.",
    "knowledge": "Above, what the lists earn; below, whether all items, also those that are never "
    "shown, are ranked as the user would. A loop can earn well and know little.",
    "exchange": "Left and middle: what exploring leaves behind in the ranker, without the random "
    "items themselves. Right: what those cost.",
    "returns": "Above 0, lineages that explored earn more than those that did not: then exploring "
    "pays. Where the lower line crosses 0, all that it cost is earned back.",
    "end": "At the last generation. Covered, Gini and alike are of the ranker's own lists; shown "
    "Gini includes the random items. Clicks: of all generations, against the smallest epsilon.",
}


def page(result: StageResult) -> Page:
    """Tell what the loop does, and what exploring buys and costs."""
    rows = analysis.with_totals(result.frames["generations"])
    metrics = list(DESCRIPTIONS)
    curves = statistics.loop_means(rows, AXES, metrics)
    changes = statistics.loop_changes(rows, AXES, metrics)
    base = ("epsilon", float(rows["epsilon"].min()))
    gains = statistics.loop_contrasts(rows, AXES, base, metrics)
    prices = analysis.click_prices(rows)
    best = result.frames["best"][list(OF_LISTS)].mean().to_dict()
    tables = {"curves": curves, "changes": changes, "gains": gains, "prices": prices}
    data = result.facts.get("data", "")
    headlines = [found.narrowing(curves, changes)]
    headlines += [found.exchange(gains, prices, each) for each in sorted(gains["epsilon"].unique())]
    return Page(
        name=result.stage,
        title="the filter bubble",
        headlines=headlines,
        tables=[_end(tables)],
        sections=[*_curves(tables, best, data), *_prices(tables, data)],
        frames={**result.frames, **tables},
        facts=result.facts,
        cautions=_cautions(result),
        glossary={**WORDS, **DESCRIPTIONS},
    )


def _curves(tables: dict[str, pd.DataFrame], best: dict[str, float], data: str) -> list[Section]:
    curves, changes, gains = (tables[name] for name in ("curves", "changes", "gains"))
    told = {
        "coverage": (
            "What is recommended",
            ("coverage", "gini", "tail_share"),
            found.exposure_findings(curves, changes, best),
        ),
        "likeness": (
            "How alike lists are",
            ("homogeneity", "list_diversity"),
            found.likeness_findings(changes),
        ),
        "knowledge": (
            "What the ranker knows",
            ("hit_rate", "taste_distance"),
            found.knowledge_findings(changes, gains),
        ),
    }
    return [
        Section(name, title, said, figures.bubble(curves, best, metrics, title, data), HINTS[name])
        for name, (title, metrics, said) in told.items()
    ]


def _prices(tables: dict[str, pd.DataFrame], data: str) -> list[Section]:
    """What exploring buys and costs; nothing where all explore alike."""
    gains, prices = tables["gains"], tables["prices"]
    if gains.empty:
        return []
    return [
        Section(
            "exchange",
            "What exploration buys",
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
    """Mean and bounds; 0 for the smallest epsilon, which others are held against."""
    key = (*place, metric)
    mean, low, high = wide.loc[key] if key in wide.index else (0.0, np.nan, np.nan)
    return mean, low, high


def _cautions(result: StageResult) -> list[str]:
    """What to know before believing the numbers."""
    told = [
        "Tastes do not change, items do not wear out, and users click or not whatever else the "
        "list holds: what a loop does to tastes themselves is not in here.",
        "Intervals are pointwise, over repetitions: a few of many comparisons seem different by "
        "chance.",
    ]
    if "completion" not in result.frames:
        return told
    one = result.frames["completion"].iloc[0]
    return [
        f"What is true here is an estimate: {100 * one['filled']:.1f}% of the cells have a rating, "
        "the others are filled by low-rank completion, which misses held-out ratings by "
        f"{one['error']:.3f} (root mean square; means of users and items: "
        f"{one['error_of_means']:.3f}). People rate what they chose, so that the completion of the "
        "rest is a guess, and simpler than real tastes. Repetitions have the same users and items, "
        "and differ in who is shown and clicks what.",
        *told,
    ]
