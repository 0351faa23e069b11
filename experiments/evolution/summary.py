"""Sentences about an evolution. Knows its frames (see `evolution.experiment`), and no figures.

``individuals``: one row an individual or control, ``contrasts``: one row a question, with interval.
"""

from typing import Any

import pandas as pd

from mc.report.wording import points, settings_of

WINNER_GAIN = "winner over defaults on human labels"


def headline(individuals: pd.DataFrame, contrasts: pd.DataFrame) -> str:
    """Whether selection makes up for collapse."""
    winner = individuals[individuals["is_winner"]].iloc[0]
    gain = _answer(contrasts, WINNER_GAIN)
    share = f"{100 * winner.test_accuracy:.2f}% of the untouched reviews rightly"
    if winner.generation == 0:
        return (
            f"No child was better than the best of the first population, which learned from people "
            f"alone: it classifies {share}, {_more(gain)} the default settings."
        )
    number = f"{winner.generation} generation{'' if winner.generation == 1 else 's'}"
    return (
        f"After {number} of children that "
        f"partly learned from their parents, the winner classifies {share}, {_more(gain)} the "
        f"default settings with human labels alone: {_verdict(gain)}."
    )


def score_findings(individuals: pd.DataFrame) -> list[str]:
    """How the scores move from generation to generation."""
    bred = individuals[individuals["role"] == "bred"]
    best = bred.loc[bred.groupby("generation")["validation_accuracy"].idxmax()]
    means = bred.groupby("generation")["validation_accuracy"].mean()
    first, last = best.iloc[0], best.iloc[-1]
    found = [
        f"Best validation accuracy by generation: {_list(best['validation_accuracy'])} (%); "
        f"mean of all individuals: {_list(means)}.",
        f"On the untouched reviews the best of generation 0 has {100 * first.test_accuracy:.2f}%, "
        f"the best of generation {last.generation} {100 * last.test_accuracy:.2f}%. Each "
        "generation draws its own training reviews, so part of what moves is chance.",
    ]
    labelled = bred[bred["generation"] > 0]
    if len(labelled):
        wrong, rate = labelled["label_error"].mean(), labelled["rate"].mean()
        found.append(
            f"Children got {100 * rate:.1f}% of their labels from a parent, which made "
            f"{100 * wrong:.2f}% of them differ from the human ones."
        )
    return found


def gain_findings(individuals: pd.DataFrame, contrasts: pd.DataFrame) -> list[str]:
    """What of the winner's lead is settings, what collapse takes, how much selection flatters."""
    found, known = [], set(contrasts["question"])
    if "winner over collapsed defaults" in known:
        gain = _answer(contrasts, "winner over collapsed defaults")
        lost = [_answer(contrasts, f"collapse of the {who}") for who in ("defaults", "winner")]
        found.append(
            f"Through the same generations of labels from parents, the winner's settings are worth "
            f"{_points(gain)} points over the defaults. The parents' labels cost the defaults "
            f"{_points(lost[0])} points and the winner {_points(lost[1])}."
        )
    winner = individuals[individuals["is_winner"]].iloc[0]
    flattering = individuals[individuals["has_best_test"]].iloc[0]
    ours = _answer(contrasts, "flattery of our selection")
    original = _answer(contrasts, "flattery of selection on the test score")
    found += [
        f"The winner's validation accuracy, by which it was chosen, is "
        f"{100 * winner.validation_accuracy:.2f}%, its untouched one "
        f"{100 * winner.test_accuracy:.2f}%: beside a model that nobody selected, choosing "
        f"flattered it by {_points(ours)} points{_open(ours)}.",
        f"Chosen by its test score, as in the original study, {flattering['name']} would have been "
        f"reported with {100 * flattering.test_accuracy:.2f}%; on the reviews that this choice did "
        f"not look at it has {100 * flattering.validation_accuracy:.2f}%: flattered by "
        f"{_points(original)} points{_open(original)}.",
    ]
    return found


def drift_findings(individuals: pd.DataFrame) -> list[str]:
    """Where the settings and the rate go under selection."""
    bred = individuals[individuals["role"] == "bred"]
    first, last = bred["generation"].min(), bred["generation"].max()
    if first == last:
        return ["One generation: nothing could drift."]
    found = []
    for column, name in {"rate": "rate", **settings_of(bred)}.items():
        start, end = (bred.loc[bred["generation"] == at, column] for at in (first, last))
        found.append(f"{name}: {_typical(start)} in generation {first}, {_typical(end)} in {last}")
    return ["Typical values (median, or the most frequent): " + "; ".join(found) + "."]


def _typical(values: pd.Series) -> str:
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return f"{values.median():.3g}"
    top = values.value_counts()
    return f"{top.index[0]} ({100 * top.iloc[0] / len(values):.0f}%)"


def _more(gain: Any) -> str:
    """``0.34 points [0.22, 0.46] more than`` and its likes, for what follows."""
    size = f"{points(abs(gain['mean']))} points"
    if gain["mean"] < 0:
        return f"{size} [{points(-gain['high'])}, {points(-gain['low'])}] less than"
    return f"{size} [{points(gain['low'])}, {points(gain['high'])}] more than"


def _verdict(gain: Any) -> str:
    if gain["low"] > 0:
        return "selection more than makes up for collapse"
    if gain["high"] < 0:
        return "selection does not make up for collapse"
    return "whether selection makes up for collapse is not settled by these reviews"


def _open(flattery: Any) -> str:
    if flattery["low"] <= 0 <= flattery["high"]:
        return ", which cannot be told from none"
    return ""


def _answer(contrasts: pd.DataFrame, question: str) -> Any:
    return contrasts[contrasts["question"] == question].iloc[0]


def _points(answer: Any) -> str:
    return f"{points(answer['mean'])} [{points(answer['low'])}, {points(answer['high'])}]"


def _list(values: pd.Series) -> str:
    return ", ".join(f"{100 * value:.2f}" for value in values)
