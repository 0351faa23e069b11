"""The page of `mitigation`: what helps against collapse, how much, at what price.

Frames: ``generations`` (the leaderboard: a row for each lineage and generation); where combinations
were searched, ``choices`` (a row for all that was compared) and ``confirmed`` (generations of what
is on the front, on replicates that nothing was chosen by).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from experiments.mitigation import analysis, figures
from experiments.mitigation import summary as found
from experiments.mitigation.analysis import HUMAN, NONE
from mc import statistics
from mc.lineage.metrics import DESCRIPTIONS, LABEL_COUNTS
from mc.report.page import Page, Section, Table, in_points, interval, number
from mc.report.stage_result import StageResult

DRAWN = 4  # strategies whose curves are drawn beside none and human labels
METRICS = ("accuracy", "roc_auc", "positive_share")
WORDS = {
    "strategy": "what is done; + joins several, : sets them; see mc/lineage/strategies",
    HUMAN: "the lineage of rate 0: people label all reviews, what is lost is measured against it",
    NONE: "nothing is done: the loss that the others are to give back",
    "gain": "accuracy over none, paired within repetitions, in points",
    "regained": "gain as a share of what none has lost, with Fieller's interval; can exceed 100%: "
    "generation 0 may know more than a generation of newer human labels",
    "over dropping": "accuracy over drop_synthetic, which throws machine-labelled reviews away",
    "spent": "human labels beyond those that none has",
    "verified": "machine labels of which somebody said whether they are right",
}
HINTS = {
    "board": "At the last generation. Gains over none, in points with 95% intervals; human labels "
    "beyond those of none; seconds a lineage (labelling, training, scoring) on one thread.",
    "gains": "Right of 0: better than doing nothing. At the dashed line all that was lost is back.",
    "curves": "Dashed: human labels throughout. Grey crosses: nothing done.",
    "front": "Towards the top left: more accuracy for fewer labels. Hollow: where combinations "
    "were chosen, which flatters them. Diamonds: the same on new repetitions, which does not.",
    "again": "What no other choice beat in both accuracy and labels, bred again on repetitions "
    "that nothing was chosen by, with drop_synthetic. In points with 95% intervals.",
}
NOTHING = "–"


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
            found.gain_findings(table, loss),
            figures.rescue_gains(table, loss, data),
            HINTS["gains"],
        ),
        Section(
            "curves",
            "Generation by generation",
            found.drift_findings(curves[curves["strategy"].isin(shown)]),
            figures.rescue_curves(curves, shown, data),
            HINTS["curves"],
        ),
    ]
    tables, frames = [_board(table)], {"leaderboard": table, "curves": curves}
    if "confirmed" in result.frames:
        choices = result.frames["choices"]
        again = analysis.rescue_table(analysis.rescue_ends(result.frames["confirmed"]))
        front = _numbered(again, choices)
        headlines.append(found.front_headline(choices, again))
        tables.append(_front(front, again))
        sections.append(_front_section(choices, front, again, data))
        frames["front"] = again
    return Page(
        name=result.stage,
        title="what helps against collapse",
        headlines=[each for each in headlines if each],
        tables=tables,
        sections=sections,
        frames={**result.frames, **frames},
        facts=result.facts,
        cautions=_cautions(result.frames),
        glossary={**WORDS, **DESCRIPTIONS, **LABEL_COUNTS},
    )


def _curves(lineages: pd.DataFrame) -> pd.DataFrame:
    named = lineages.assign(strategy=np.where(lineages["rate"] == 0, HUMAN, lineages["strategy"]))
    return statistics.loop_means(named, ["strategy"], METRICS)


def _shown(table: pd.DataFrame) -> list[str]:
    """Human labels, the best few, and none."""
    others = table.loc[~table["strategy"].isin([HUMAN, NONE]), "strategy"]
    return [HUMAN, *others.head(DRAWN), NONE]


def _numbered(again: pd.DataFrame, choices: pd.DataFrame) -> pd.DataFrame:
    """What is on the front, the cheapest first; but for doing nothing, to which all is compared."""
    chosen = set(choices.loc[choices["on_front"], "strategy"]) - {NONE}
    rows = again[again["strategy"].isin(chosen)]
    return rows.sort_values(["spent", "gain"], kind="stable", ignore_index=True)


def _front_section(
    choices: pd.DataFrame, front: pd.DataFrame, again: pd.DataFrame, data: str
) -> Section:
    return Section(
        "front",
        "Accuracy against human labels",
        found.front_findings(choices, again),
        figures.rescue_front(choices, front, again, data),
        HINTS["front"],
    )


def _board(table: pd.DataFrame) -> Table:
    heads = ["strategy", "accuracy (%)", "gain", "of the loss (%)", "AUC", "AUC gain"]
    heads += ["over dropping", "positive (%)", "labels", "verified", "seconds", "verdict"]
    rows = [
        [
            str(row["strategy"]),
            number(100 * row["accuracy"], 2),
            _three(row, "gain"),
            _share(row),
            number(row["roc_auc"], 3),
            _three(row, "auc_gain"),
            _three(row, "over_dropping"),
            number(100 * row["positive_share"], 1),
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
            _three(row, "gain"),
            _three(row, "over_dropping"),
        ]
        for place, row in [*numbered, *((NOTHING, row) for _, row in others.iterrows())]
    ]
    return Table("Combinations on the front, on new repetitions", heads, rows, HINTS["again"])


def _three(row: pd.Series, name: str) -> str:
    return in_points(row[name], row[f"{name}_low"], row[f"{name}_high"])


def _share(row: pd.Series) -> str:
    if row["strategy"] in (HUMAN, NONE):
        return NOTHING
    mean, low, high = (100 * row[f"regained{end}"] for end in ("", "_low", "_high"))
    return interval(mean, low, high, 0)


def _cautions(frames: Mapping[str, pd.DataFrame]) -> list[str]:
    """What to know before believing the numbers."""
    told = [
        "The world does not change here: reviews of later generations are drawn as those of "
        "generation 0 were, so that not to learn from the machine costs nothing. Where the world "
        "drifts, drop_synthetic and restart would pay for it.",
    ]
    if (frames["generations"]["verified_labels"] > 0).any():
        told.append(
            "A verifier is assumed to be there, with the keep-rates that it was given. For two "
            "classes, to be told that a label is wrong is to be told the right one: verified "
            "labels are no cheaper than human ones unless the verifier is. The search does without."
        )
    return told
