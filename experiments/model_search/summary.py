"""Sentences about a model search. Knows its frames (see `model_search.experiment`), and no figures.

``trials``: one row a setting tried; ``judged``: the defaults and the best on untouched reviews;
``importance``: the share of the scores' variance that each setting explains.
"""

import pandas as pd

from mc.report.wording import in_points, percent, settings_of, written
from mc.types import Row


def headline(trials: pd.DataFrame, judged: pd.DataFrame) -> str:
    """Whether the best settings are better than the defaults."""
    best, last = trials[trials["is_best"]].iloc[0], judged.iloc[-1]
    if len(judged) == 1:
        return (
            f"None of {len(trials)} settings was better than the defaults by cross-validation; "
            f"these classify {percent(last.accuracy)} of the untouched reviews rightly."
        )
    start = f"The best of {len(trials)} settings ({_written(trials, best)}) classifies"
    share = f"{percent(last.accuracy)} of the untouched reviews rightly"
    gain = in_points(last.gain_mean, last.gain_low, last.gain_high)
    if last.gain_low > 0:
        return f"{start} {share}, {gain} points more than the defaults."
    if last.gain_high < 0:
        return f"{start} {share}: worse than the defaults, {gain} points."
    return (
        f"{start} {share}; no difference from the defaults is shown ({gain} points), so there is "
        "no reason to leave them."
    )


def history_findings(trials: pd.DataFrame) -> list[str]:
    """The search's own scores, which are not the answer."""
    best, start = trials[trials["is_best"]].iloc[0], trials.iloc[0]
    return [
        f"By cross-validation the defaults have {percent(start.accuracy)}, and the best of "
        f"{len(trials)} settings, trial {best.trial}, {percent(best.accuracy)}. The best of many "
        "scores is partly luck; the comparison on untouched reviews is free of it."
    ]


def importance_findings(importance: pd.DataFrame) -> list[str]:
    """The setting that matters most; empty where there is only one."""
    if len(importance) < 2:
        return []
    first = importance.loc[importance["share"].idxmax()]
    return [
        f"The setting that explains the largest share of the scores' variance is "
        f"{first['setting']}, {first['share']:.0%}."
    ]


def _written(trials: pd.DataFrame, best: Row) -> str:
    return ", ".join(
        f"{name}={written(best[column])}" for column, name in settings_of(trials).items()
    )
