"""Sentences about an evolution. Knows its frames (see `evolution.experiment`), and no figures.

``individuals``: one row an individual or control, ``contrasts``: one row a question, with interval.
"""

import pandas as pd

from mc.report.wording import column_in_points, is_number, percent, points, settings_of, span
from mc.types import Row

WINNER_GAIN = "winner over defaults on human labels"


def headline(individuals: pd.DataFrame, contrasts: pd.DataFrame) -> str:
    """Whether selection makes up for collapse."""
    winner = individuals[individuals["is_winner"]].iloc[0]
    gain = _answer(contrasts, WINNER_GAIN)
    share = f"{percent(winner.test_accuracy)} of the untouched reviews rightly"
    if winner.generation == 0:
        return (
            f"No child was better than the best of the first population, which learned from human "
            f"labels alone: it classifies {share}, {_more(gain)} the default settings."
        )
    number = f"{winner.generation} generation{'' if winner.generation == 1 else 's'}"
    return (
        f"After {number} of children that learned partly from their parents' labels, the winner "
        f"classifies {share}, {_more(gain)} the default settings with human labels alone: "
        f"{_verdict(gain)}."
    )


def score_findings(individuals: pd.DataFrame) -> list[str]:
    """How the best score changes, and how many labels came from parents."""
    bred = individuals[individuals["role"] == "bred"]
    best = bred.loc[bred.groupby("generation")["validation_accuracy"].idxmax()]
    first, last = best.iloc[0], best.iloc[-1]
    sentences = [
        f"On the untouched reviews the best of generation 0 has {percent(first.test_accuracy)}, "
        f"the best of generation {last.generation} {percent(last.test_accuracy)}. Each generation "
        "draws its own training reviews, so part of the change is chance."
    ]
    labelled = bred[bred["generation"] > 0]
    if len(labelled):
        wrong, rate = labelled["label_error"].mean(), labelled["rate"].mean()
        sentences.append(
            f"Children got {100 * rate:.1f}% of their labels from a parent; {percent(wrong)} of "
            "all their labels differ from the human ones."
        )
    return sentences


def flattery_findings(individuals: pd.DataFrame, contrasts: pd.DataFrame) -> list[str]:
    """How much a score that chose the winner exaggerates its lead."""
    best_test = individuals[individuals["has_best_test"]].iloc[0]
    ours = _answer(contrasts, "flattery of our selection")
    original = _answer(contrasts, "flattery of selection on the test score")
    return [
        f"The winner's lead on the validation reviews, which chose it, minus its lead on the "
        f"untouched ones is {column_in_points(ours)} points{_open(ours)}.",
        f"A choice by the test score, as in the original study, would have reported "
        f"{best_test['name']} with {percent(best_test.test_accuracy)}; on the other reviews it has "
        f"{percent(best_test.validation_accuracy)}. The difference of its leads there is "
        f"{column_in_points(original)} points{_open(original)}.",
    ]


def drift_findings(individuals: pd.DataFrame) -> list[str]:
    """How the settings and the rate change under selection."""
    bred = individuals[individuals["role"] == "bred"]
    first, last = bred["generation"].min(), bred["generation"].max()
    if first == last:
        return ["One generation: no setting could drift."]
    changes = []
    for column, name in {"rate": "rate", **settings_of(bred)}.items():
        values = bred.set_index("generation")[column]
        changes.append(f"{name} from {_typical(values[[first]])} to {_typical(values[[last]])}")
    return [
        f"Median or most frequent value, from generation {first} to {last}: {'; '.join(changes)}."
    ]


def _typical(values: pd.Series) -> str:
    if is_number(values):
        return f"{values.median():.3g}"
    top = values.value_counts()
    return f"{top.index[0]} ({100 * top.iloc[0] / len(values):.0f}%)"


def _more(gain: Row) -> str:
    """``0.34 points [0.22, 0.46] more than``, or less than."""
    size = f"{points(abs(gain['mean']))} points"
    if gain["mean"] < 0:
        return f"{size}{span(-gain['high'], -gain['low'])} less than"
    return f"{size}{span(gain['low'], gain['high'])} more than"


def _verdict(gain: Row) -> str:
    if gain["low"] > 0:
        return "selection more than makes up for collapse"
    if gain["high"] < 0:
        return "selection does not make up for collapse"
    return "these reviews do not settle whether selection makes up for collapse"


def _open(flattery: Row) -> str:
    if flattery["low"] <= 0 <= flattery["high"]:
        return ", which is not shown to differ from 0"
    return ""


def _answer(contrasts: pd.DataFrame, question: str) -> Row:
    return contrasts[contrasts["question"] == question].iloc[0]
