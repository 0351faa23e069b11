"""The page of `mitigation`: what helps against collapse, how much, at what price.

Frames: ``generations`` (a row for each lineage and generation); where combinations were searched,
``choices`` (a row for each candidate) and ``confirmed`` (generations of the candidates on the
front, on replicates that the search did not use).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from experiments.mitigation import analysis, figures
from experiments.mitigation import summary as found
from experiments.mitigation.analysis import HUMAN, NONE
from mc import statistics
from mc.lineage.class_metrics import descriptions
from mc.lineage.metrics import DESCRIPTIONS, LABEL_COUNTS
from mc.report.growth.tables import SHARES
from mc.report.page import Page, Section, Table
from mc.report.stage_result import StageResult
from mc.report.wording import column_in_points, interval, number
from mc.statistics import share_metric

DRAWN = 4  # strategies whose curves are drawn, beyond none and human labels
METRICS = ("accuracy", "roc_auc")  # of the curves, and the class share
WORDS = {
    "strategy": "what is done; + joins several, : sets parameters; see mc/lineage/strategies",
    HUMAN: "the lineage at rate 0, in which people label all reviews; losses are measured from it",
    NONE: "nothing is done; gains are measured from it",
    "gain": "accuracy minus that of none, paired within repetitions, in points",
    "regained": "gain as a share of the loss of none, with Fieller's interval; it can exceed 100%, "
    "since generation 0 may know more than a generation of newer human labels",
    "over dropping": "accuracy minus that of drop_synthetic, which leaves out machine-labelled "
    "reviews",
    "spent": "human labels beyond those of none",
    "verified": "machine labels that a verifier has checked",
}
HINTS = {
    "board": "At the last generation. Gains over none, in points with 95% intervals; human labels "
    "beyond those of none; seconds per lineage (labelling, training, scoring) on one thread.",
    "gains": "Right of 0: better than none.",
    "front": "Better choices are nearer the top left. Hollow dots flatter a choice, because the "
    "same repetitions chose it; diamonds do not.",
    "again": "The candidates on the front, run again on repetitions that the search did not use. "
    "In points with 95% intervals.",
}
NOTHING = "–"
REVEALED = {  # by the metric of class shares: of two classes, and of more
    "positive_share": "With two classes a label found wrong reveals the right one, so verified "
    "labels are cheaper than human ones only if the verifier is.",
    "largest_share": "With more than two classes a label found wrong does not reveal the right "
    "one, so a verified label says less than a human one.",
}


def page(result: StageResult) -> Page:
    """Tell what helps."""
    lineages = result.frames["generations"]
    ends = analysis.rescue_ends(lineages)
    table, loss = analysis.rescue_table(ends), analysis.collapse_loss(ends)
    curves, data = _curves(lineages), result.facts.get("data", "")
    shown = _shown(table)
    headlines = [found.headline(table, loss), found.against_dropping(table)]
    sections = [
        Section(
            "gains",
            "What helps",
            found.gain_findings(loss),
            figures.rescue_gains(table, loss, data),
            HINTS["gains"],
        ),
        Section(
            "curves",
            "Generation by generation",
            [],
            figures.rescue_curves(curves, shown, data),
        ),
    ]
    tables, frames = [_board(table)], {"leaderboard": table, "curves": curves}
    if "confirmed" in result.frames:
        choices = result.frames["choices"]
        again = analysis.rescue_table(analysis.rescue_ends(result.frames["confirmed"]))
        front = _numbered(again, choices)
        headlines.append(found.front_headline(choices, again))
        tables.append(_front(front, again))
        sections.append(
            Section(
                "front",
                "Accuracy against human labels",
                found.front_findings(choices, again),
                figures.rescue_front(choices, front, again, data),
                HINTS["front"],
            )
        )
        frames["front"] = again
    return Page(
        name=result.stage,
        title="what helps against collapse",
        headlines=[sentence for sentence in headlines if sentence],
        tables=tables,
        sections=sections,
        frames={**result.frames, **frames},
        facts=result.facts,
        cautions=_cautions(result.frames),
        glossary=WORDS | _metrics(lineages) | LABEL_COUNTS,
    )


def _metrics(lineages: pd.DataFrame) -> dict[str, str]:
    """What the metrics mean, of two classes or of more."""
    if share_metric(lineages) == "positive_share":
        return DESCRIPTIONS
    return descriptions(lineages)


def _curves(lineages: pd.DataFrame) -> pd.DataFrame:
    named = lineages.assign(strategy=np.where(lineages["rate"] == 0, HUMAN, lineages["strategy"]))
    return statistics.loop_means(named, ["strategy"], (*METRICS, share_metric(named)))


def _shown(table: pd.DataFrame) -> list[str]:
    """Human labels, the best few, and none."""
    others = table.loc[~table["strategy"].isin([HUMAN, NONE]), "strategy"]
    return [HUMAN, *others.head(DRAWN), NONE]


def _numbered(again: pd.DataFrame, choices: pd.DataFrame) -> pd.DataFrame:
    """The front in the order of its numbers, the cheapest first."""
    rows = again[again["strategy"].isin(found.chosen(choices))]
    return rows.sort_values(["spent", "gain"], kind="stable", ignore_index=True)


def _board(table: pd.DataFrame) -> Table:
    share = share_metric(table)
    heads = ["strategy", "accuracy (%)", "gain", "of the loss (%)", "AUC", "AUC gain"]
    heads += [
        "over dropping",
        f"{SHARES[share][0]} (%)",
        "labels",
        "verified",
        "seconds",
        "verdict",
    ]
    rows = [
        [
            str(row["strategy"]),
            number(100 * row["accuracy"], 2),
            column_in_points(row, "gain"),
            _share(row),
            number(row["roc_auc"], 3),
            column_in_points(row, "auc_gain"),
            column_in_points(row, "over_dropping"),
            number(100 * row[share], 1),
            f"{row['spent']:,.0f}",
            f"{row['verified_labels']:,.0f}",
            number(row["seconds"], 2),
            NOTHING if row["strategy"] in (HUMAN, NONE) else str(row["verdict"]),
        ]
        for _, row in table.iterrows()
    ]
    return Table("What helps against collapse", heads, rows, HINTS["board"])


def _front(front: pd.DataFrame, again: pd.DataFrame) -> Table:
    heads = ["#", "combination", "labels", "accuracy (%)", "gain", "over dropping"]
    others = again[again["strategy"].isin([HUMAN, NONE])]
    numbered = [(str(place + 1), row) for place, row in front.iterrows()]
    rows = [
        [
            place,
            str(row["strategy"]),
            f"{row['spent']:,.0f}",
            number(100 * row["accuracy"], 2),
            column_in_points(row, "gain"),
            column_in_points(row, "over_dropping"),
        ]
        for place, row in [*numbered, *((NOTHING, row) for _, row in others.iterrows())]
    ]
    return Table("Combinations on the front, on new repetitions", heads, rows, HINTS["again"])


def _share(row: pd.Series) -> str:
    if row["strategy"] in (HUMAN, NONE):
        return NOTHING
    mean, low, high = (100 * row[f"regained{end}"] for end in ("", "_low", "_high"))
    return interval(mean, low, high, 0)


def _cautions(frames: Mapping[str, pd.DataFrame]) -> list[str]:
    """What to know before believing the numbers."""
    cautions = [
        "All generations draw their reviews from the same distribution, so a model loses nothing "
        "by ignoring newer reviews. Where reviews change over time, drop_synthetic and restart "
        "would do worse than here.",
    ]
    if (frames["generations"]["verified_labels"] > 0).any():
        cautions.append(
            "A simulated verifier keeps right and wrong labels at the rates that it was given. "
            f"{REVEALED[share_metric(frames['generations'])]} The search does not use it."
        )
    return cautions
