"""Sentences about a model search. Knows its frames (see `model_search.experiment`), and no figures.

``trials``: one row a setting tried; ``judged``: the defaults and the best on untouched reviews;
``importance``: the share of the scores' variance that each setting explains.
"""

from typing import Any

import pandas as pd

from mc.report.wording import in_points, settings_of, written


def headline(trials: pd.DataFrame, judged: pd.DataFrame) -> str:
    """Whether the best settings found are better than the defaults."""
    best, found = trials[trials["is_best"]].iloc[0], judged.iloc[-1]
    if len(judged) == 1:
        return (
            f"None of {len(trials)} settings was better than the defaults by cross-validation; "
            f"they classify {100 * found.accuracy:.2f}% of the untouched reviews rightly."
        )
    start = f"The best of {len(trials)} settings ({_written(trials, best)}) classifies"
    share = f"{100 * found.accuracy:.2f}% of the untouched reviews rightly"
    gain = in_points(found.gain_mean, found.gain_low, found.gain_high)
    if found.gain_low > 0:
        return f"{start} {share}, {gain} points more than the defaults."
    if found.gain_high < 0:
        return f"{start} {share}: not better than the defaults but worse, by {gain} points."
    return (
        f"{start} {share}, which cannot be told from the defaults ({gain} points): "
        "there is no reason to leave the defaults."
    )


def history_findings(trials: pd.DataFrame, judged: pd.DataFrame) -> list[str]:
    """How the search went, and how much its own score promises too much."""
    best, start = trials[trials["is_best"]].iloc[0], trials.iloc[0]
    return [
        f"By cross-validation the defaults have {100 * start.accuracy:.2f}%, the best setting "
        f"{100 * best.accuracy:.2f}%, found at trial {best.trial} of {len(trials)}.",
        f"On the untouched reviews these are {100 * judged.iloc[0].accuracy:.2f}% and "
        f"{100 * judged.iloc[-1].accuracy:.2f}%, over {judged.iloc[0].refits} refits. The best of "
        "many cross-validated scores is partly luck; the untouched reviews know nothing of it.",
    ]


def importance_findings(trials: pd.DataFrame, importance: pd.DataFrame) -> list[str]:
    """Which settings matter, and where the best lies."""
    best = trials[trials["is_best"]].iloc[0]
    if len(importance) < 2:
        return [f"The only setting that was searched: {_written(trials, best)} was best."]
    shares = ", ".join(
        f"{row['setting']} {100 * row['share']:.0f}%" for _, row in importance.iterrows()
    )
    return [
        f"Share of the scores' variance that each setting explains (fANOVA): {shares}. "
        "With few trials these shares are rough."
    ]


def _written(trials: pd.DataFrame, best: Any) -> str:
    return ", ".join(
        f"{name}={written(best[column])}" for column, name in settings_of(trials).items()
    )
