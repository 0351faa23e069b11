"""Sentences on rare classes, made from the tables."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from experiments.rare_classes.figures import options
from mc.lineage.recipe import NOTHING
from mc.report.wording import in_points, number
from mc.types import Row


def headlines(losses: pd.DataFrame, by_class: pd.DataFrame, claims: pd.DataFrame) -> list[str]:
    """The answer in one sentence, then the claims."""
    rows = losses[(losses["strategy"] == NOTHING) & (losses["labelling"] == "argmax")]
    rows = rows if len(rows) else losses
    worst = rows.sort_values(["rate", "rare_recall"]).iloc[-1]
    first = (
        f"At rate {worst['rate']:g} under {worst['regime']} and {worst['labelling']}, rows of the "
        f"rarest tenth lose {_lost(worst, 'rare_recall')} points of recall, all rows together "
        f"{_lost(worst, 'accuracy')} points of accuracy; {_gone(by_class, worst)}."
    )
    return [first, *claim_sentences(claims)]


def _lost(row: Row, metric: str) -> str:
    return in_points(row[metric], row[f"{metric}_low"], row[f"{metric}_high"])


def _gone(by_class: pd.DataFrame, at: Row) -> str:
    """Which classes are never predicted any more, from when on."""
    same = np.logical_and.reduce(
        [by_class[name] == at[name] for name in ("regime", "labelling", "strategy", "rate")]
    )
    rows = by_class[same & (by_class["gone"] > by_class["n"] / 2)].sort_values("share")
    if rows.empty:
        return "no class vanishes in most repetitions"
    parts = [f"{row.name_} ({row.share:.1%}) from generation {row.since:g}" for row in
             rows.rename(columns={"name": "name_"}).itertuples()]  # fmt: skip
    return f"classes that most repetitions never predict at the end: {', '.join(parts)}"


def claim_sentences(claims: pd.DataFrame) -> list[str]:
    """One sentence a claim: its verdicts under all conditions."""
    return list(_claim_sentences(claims))


def _claim_sentences(claims: pd.DataFrame) -> Iterator[str]:
    for claim, rows in claims.groupby("claim", sort=False):
        verdicts = [
            f"{row.verdict} under {row.where} ({100 * row.mean_:.1f} [{100 * row.low:.1f}, "
            f"{100 * row.high:.1f}] points)"
            for row in rows.rename(columns={"mean": "mean_"}).itertuples()
        ]
        yield f"“{claim[0].upper()}{claim[1:]}”: {'; '.join(verdicts)}."


def part_sentences(parts: pd.DataFrame) -> list[str]:
    """How much of the lost accuracy sits in the rarest tenth, at the highest rate."""
    plain = parts[(parts["strategy"] == NOTHING) & (parts["rate"] == parts["rate"].max())]
    shown = plain.dropna(subset=["part"])
    share = parts["share"].iloc[0]
    if shown.empty:
        return ["No loss of accuracy is shown, so its part in the rare classes is not either."]
    texts = [
        f"{100 * row.part:.0f}% [{100 * row.low:.0f}%, {100 * row.high:.0f}%] under {row.regime} "
        f"and {row.labelling}"
        for row in shown.itertuples()
    ]
    return [
        f"The rarest classes have {share:.1%} of the rows; of the accuracy lost at rate "
        f"{shown['rate'].iloc[0]:g} they have {', '.join(texts)}."
    ]


def saved_sentences(losses: pd.DataFrame) -> list[str]:
    """What of the labellings and strategies keeps most recall of rare classes."""
    rows = options(losses)
    best, worst = rows.iloc[0], rows.iloc[-1]
    return [
        f"{best['option']} loses least recall of the rarest tenth, {_lost(best, 'rare_recall')} "
        f"points; {worst['option']} most, {_lost(worst, 'rare_recall')}."
    ]


def class_rows(by_class: pd.DataFrame) -> Sequence[Sequence[str]]:
    """Cells of a table: each class under each condition above rate 0."""
    return [
        [
            row["regime"],
            row["labelling"],
            "–" if row["strategy"] == NOTHING else row["strategy"],
            f"{row['rate']:g}",
            str(row["name"]),
            f"{row['share']:.2%}",
            number(row["recall"], 3),
            _lost(row, "loss"),
            f"{row['gone']} of {row['n']}",
            "–" if np.isnan(row["since"]) else f"{row['since']:g}",
        ]
        for _, row in by_class[by_class["rate"] > 0].iterrows()
    ]
