"""The part of the page on cures: sentences, table and figure."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.text_collapse.figure_cures import cure_forest
from experiments.text_collapse.leaderboard import HARMS, HELPS, HUMAN, MEASURES, UNDECIDED
from mc.report.page import Section, Table
from mc.report.wording import column_in_points, listed, number, repetitions
from mc.text.curing import NOTHING

NOTE = "The other figures and tables show the lineages without a cure."
SPOKEN = {
    "accuracy": "accuracy",
    "log_perplexity": "the perplexity of human text",
    "lost_mass": "the tail (human text that cannot be written)",
}
SHORT = {"accuracy": "accuracy", "log_perplexity": "perplexity", "lost_mass": "tail"}
HINT = (
    "At the highest rate and the last generation; rate 0 shows what there is to regain. Changes "
    "are from no cure of the same regime and repetition; perplexity as a ratio, the others in "
    "points. Human texts: used by the cure beyond those that the regime gives. Seconds: of the "
    "cure in all generations of a lineage."
)


def section(table: pd.DataFrame, about: str) -> Section:
    """What the cures of a leaderboard change."""
    return Section("cures", "Cures", findings(table), cure_forest(table, about), HINT)


def findings(table: pd.DataFrame) -> list[str]:
    """What helps and what harms, measure by measure; what is undecided is not called equal."""
    tested = table[~table["cure"].isin([HUMAN, NOTHING])]
    n = int(tested["n"].min())
    if n < 2:
        return ["One repetition has no intervals, so it cannot show which cures help.", NOTE]
    return [
        *(_finding(tested, name) for name in MEASURES),
        f"At rate {tested['rate'].max():g}, compared with no cure under the same regime. Verdicts: "
        f"two-sided paired t tests over {repetitions(n)} at 5%, Holm-adjusted over the "
        f"{len(tested)} cures of all regimes, for each measure by itself. Undecided means that no "
        "difference was found, not that there is none.",
        NOTE,
    ]


def headline(table: pd.DataFrame) -> str:
    """The cure that lowers perplexity most, of those that were shown to."""
    tested = table[~table["cure"].isin([HUMAN, NOTHING])]
    helping = tested[tested["log_perplexity_verdict"] == HELPS]
    if helping.empty:
        return "No cure was shown to lower the perplexity of human text."
    best = helping.loc[helping["log_perplexity"].idxmin()]
    spent = f", for {best['human_spent']:,.0f} human texts" if best["human_spent"] > 0 else ""
    return (
        f"Of {tested['cure'].nunique()} cures, {best['cure']} lowers the perplexity of human text "
        f"most: to {_times(best)} times that without a cure, under {best['regime']} at rate "
        f"{best['rate']:g}{spent}."
    )


def board(table: pd.DataFrame) -> Table:
    """A row for each regime and cure."""
    heads = ["regime", "cure", "accuracy", "change", "perplexity", "ratio", "cannot write"]
    heads += ["change", "texts read", "human texts", "seconds", "verdict"]
    rows = [
        [
            str(row["regime"]),
            str(row["cure"]),
            f"{100 * row['mean_accuracy']:.2f}%",
            _change(row, "accuracy"),
            number(float(np.exp(row["mean_log_perplexity"])), 0),
            "–" if row["cure"] == NOTHING else _times(row),
            f"{100 * row['mean_lost_mass']:.2f}%",
            _change(row, "lost_mass"),
            f"{row['train_size']:,.0f}",
            f"{row['human_spent']:,.0f}",
            number(row["cure_seconds"], 1),
            _verdict(row),
        ]
        for _, row in table.iterrows()
    ]
    return Table("Cures", heads, rows, HINT)


def _finding(tested: pd.DataFrame, name: str) -> str:
    """What a measure says of all cures."""
    said, verdicts = [], tested[f"{name}_verdict"]
    for verdict, words in ((HELPS, "better with"), (HARMS, "worse with")):
        if (verdicts == verdict).any():
            said.append(f"{words} {_listed(tested[verdicts == verdict], name)}")
    if (verdicts == UNDECIDED).any():
        said.append(f"undecided for {_listed(tested[verdicts == UNDECIDED])}")
    text = f"{SPOKEN[name]}: {'; '.join(said)}."
    return text[0].upper() + text[1:]


def _listed(rows: pd.DataFrame, name: str = "") -> str:
    """Cures with their regimes, and with the change of a measure where one is named."""
    said = []
    for cure, own in rows.groupby("cure", sort=False):
        regimes = [_amount(row, name) for _, row in own.iterrows()]
        said.append(f"{cure} ({'; '.join(regimes)})")
    return listed(said)


def _amount(row: pd.Series, name: str) -> str:
    if not name:
        return str(row["regime"])
    if name == "log_perplexity":
        return f"{row['regime']} {_times(row)} times"
    return f"{row['regime']} {column_in_points(row, name)} points"


def _times(row: pd.Series) -> str:
    ends: Sequence[float] = [
        float(np.exp(row[f"log_perplexity{end}"])) for end in ("", "_low", "_high")
    ]
    bounds = "" if np.isnan(ends[1]) else f" [{ends[1]:.3f}, {ends[2]:.3f}]"
    return f"{ends[0]:.3f}{bounds}"


def _change(row: pd.Series, name: str) -> str:
    return "–" if row["cure"] == NOTHING else column_in_points(row, name)


def _verdict(row: pd.Series) -> str:
    if row["cure"] in (HUMAN, NOTHING):
        return "–"
    said = []
    for verdict in (HELPS, HARMS):
        names = [SHORT[name] for name in MEASURES if row[f"{name}_verdict"] == verdict]
        said += [f"{verdict} {listed(names)}"] if names else []
    return "; ".join(said) or UNDECIDED
