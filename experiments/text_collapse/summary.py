"""Sentences about writers that read each other. Knows the tables of its page, and no figures.

``contrasts``: what each lineage has more than rate 0 of its replicate and regime, by regime, rate,
generation and metric, with mean, low, high and n; ``log_`` metrics are natural logarithms.
``rows``: one row a generation of a lineage.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from mc.report.wording import in_points, listed, points, repetitions
from mc.statistics import Interval

ALARM = "collapsed"


def headline(contrasts: pd.DataFrame) -> str:
    """What is lost at the highest rate where it is worst, and with more fresh text."""
    rates = sorted(contrasts["rate"].unique())
    if not rates:
        return "Rate 0 stands alone or is missing: nothing can be held against fresh human text."
    last = contrasts["generation"].max()
    regime = worst_regime(contrasts)
    text = (
        f"After {last} generations under {regime} at rate {rates[-1]:g}, "
        f"{_losses(contrasts, regime, rates[-1])}, against generators that read fresh human "
        "reviews only"
    )
    if len(rates) > 1:
        middle = rates[(len(rates) - 1) // 2]
        text += f"; at rate {middle:g}, {_losses(contrasts, regime, middle)}"
    return f"{text}."


def regime_findings(contrasts: pd.DataFrame) -> list[str]:
    """The same for each of the other regimes, at the highest rate."""
    rates, regimes = sorted(contrasts["rate"].unique()), list(contrasts["regime"].unique())
    others = [name for name in regimes if name != worst_regime(contrasts)] if rates else []
    return [
        f"Under {regime} at rate {rates[-1]:g}, {_losses(contrasts, regime, rates[-1])}."
        for regime in others
    ]


def worst_regime(contrasts: pd.DataFrame) -> str:
    """Where human text has become most perplexing at the highest rate."""
    ends = contrasts[contrasts["generation"] == contrasts["generation"].max()]
    ends = ends[(ends["rate"] == ends["rate"].max()) & (ends["metric"] == "log_perplexity")]
    return str(ends.loc[ends["mean"].idxmax(), "regime"])


def writing_findings(contrasts: pd.DataFrame) -> list[str]:
    """Diversity, length and copying at the highest rate under the worst regime."""
    regime, rate = worst_regime(contrasts), contrasts["rate"].max()
    at = {name: _end(contrasts, regime, rate, name) for name in contrasts["metric"].unique()}
    repeated, copied, length = at["self_repetition"], at["copied"], at["length_mean"]
    return [
        f"Under {regime} at rate {rate:g}, against rate 0: a sequence of four words stands in "
        f"another written text, too, {_more(repeated)} points more often; sequences of eight words "
        f"are copied from what was read {_more(copied)} points more often; texts are "
        f"{_bounded(length[:3], '{:.1f}')} words longer (below 0: shorter).",
    ]


def alarm_findings(rows: pd.DataFrame, contrasts: pd.DataFrame, below: float) -> list[str]:
    """When the simple detector sounds, and what is lost by then."""
    what = (
        f"The simple alarm (mean distance of written texts below {100 * below:g}% of human ones')"
    )
    sounding = rows[(rows[ALARM] > 0) & (rows["rate"] > 0)]
    if sounding.empty:
        lost = contrasts[contrasts["metric"] == "accuracy"]
        worst = lost.loc[lost["mean"].idxmin()]
        return [
            f"{what} never sounds, though accuracy is up to {points(-worst['mean'])} points lower "
            f"({worst['regime']}, rate {worst['rate']:g}, generation {worst['generation']})."
        ]
    return [f"{what} {_sounds(rows, contrasts, *cell)}." for cell in _cells(sounding)]


def tail_findings(rows: pd.DataFrame, contrasts: pd.DataFrame, decile: str) -> list[str]:
    """How much of human text cannot be written any more, and of which words."""
    regime, rate = worst_regime(contrasts), contrasts["rate"].max()
    lost = _end(contrasts, regime, rate, "lost_mass")
    own = rows[(rows["regime"] == regime) & (rows["rate"] == rate)]
    means = own.groupby("generation").mean(numeric_only=True)
    tenths = [decile.format(tenth) for tenth in range(1, 11)]
    halves = [
        next((place for place, name in enumerate(tenths, 1) if table[name] > 0.5), None)
        for _, table in means.iloc[[0, -1]].iterrows()
    ]
    shares = 100 * means["lost_mass"]
    told = [
        f"Under {regime} at rate {rate:g} the words that the generator cannot write make up "
        f"{shares.iloc[-1]:.1f}% of human text ({shares.iloc[0]:.1f}% in generation 0), "
        f"{_more(lost)} points more than at rate 0."
    ]
    if halves[0] and halves[1] and halves[1] < halves[0]:
        told.append(
            "The loss moves from rare words to frequent ones: more than half of a tenth's "
            f"occurrences are lost from the {_nth(halves[0])} tenth on in generation 0, and from "
            f"the {_nth(halves[1])} on in generation {means.index[-1]}."
        )
    return told


def classifier_findings(rows: pd.DataFrame, contrasts: pd.DataFrame) -> list[str]:
    """Whether the ranking suffers too, and whether the classifier is surer while more wrong."""
    regime, rate = worst_regime(contrasts), contrasts["rate"].max()
    ranking, sure, over, accuracy = (
        _end(contrasts, regime, rate, name)
        for name in ("roc_auc", "confidence", "overconfidence", "accuracy")
    )
    own = rows[(rows["regime"] == regime) & (rows["rate"] == rate)]
    shares = own.groupby("generation")["positive_share"].mean()
    return [
        f"Under {regime} at rate {rate:g} the area under the ROC curve is "
        f"{_bounded(ranking[:3], '{:+.3f}')} against rate 0, the share predicted positive "
        f"{100 * shares.iloc[-1]:.0f}% ({100 * shares.iloc[0]:.0f}% in generation 0).",
        f"Confidence is {_more(sure)} points, confidence minus accuracy {_more(over)} points more "
        f"than at rate 0{_surer(sure, accuracy)}.",
    ]


def drift_findings(changes: pd.DataFrame) -> list[str]:
    """What rate 0 does by itself: its generations read other human reviews."""
    ends = changes[(changes["rate"] == 0) & (changes["metric"] == "accuracy")]
    ends = ends[ends["generation"] == changes["generation"].max()]
    told = [
        f"{row['regime']} {in_points(row['mean'], row['low'], row['high'])}"
        for _, row in ends.iterrows()
    ]
    if not told:
        return []
    return [
        f"Fresh human text is not a standstill: at rate 0 accuracy changes by {listed(told)} "
        "points from the first generation to the last. All losses are held against rate 0 of the "
        "same generation, not against generation 0."
    ]


def _losses(contrasts: pd.DataFrame, regime: str, rate: float) -> str:
    """Vocabulary, perplexity and accuracy at the last generation, in words."""
    words = _end(contrasts, regime, rate, "log_vocabulary")
    perplexity = _end(contrasts, regime, rate, "log_perplexity")
    accuracy = _end(contrasts, regime, rate, "accuracy")
    fewer = _bounded(100 * (1 - np.exp([words.mean, words.high, words.low])), "{:.1f}")
    times = _bounded(np.exp(perplexity[:3]), "{:.2f}")
    return (
        f"generators know {fewer}% fewer words, human text is {times} times as perplexing to them, "
        f"and the classifier's accuracy {_loss(accuracy)}"
    )


def _loss(accuracy: Interval) -> str:
    lost = in_points(-accuracy.mean, -accuracy.high, -accuracy.low)
    if accuracy.high < 0 or accuracy.low > 0 or np.isnan(accuracy.low):
        return f"is {lost} points lower"
    return f"cannot be told from theirs ({lost} points lower)"


def _surer(sure: Interval, accuracy: Interval) -> str:
    if accuracy.high < 0 and sure.low > 0:
        return ": it is surer while it is right less often"
    if accuracy.high < 0 and sure.high < 0:
        return ": it is right less often, and less sure of itself"
    return ""


def _cells(rows: pd.DataFrame) -> list[tuple[str, float]]:
    return list(rows[["regime", "rate"]].drop_duplicates().itertuples(index=False, name=None))


def _sounds(rows: pd.DataFrame, contrasts: pd.DataFrame, regime: str, rate: float) -> str:
    own = rows[(rows["regime"] == regime) & (rows["rate"] == rate)]
    first = own[own[ALARM] > 0].groupby("replicate")["generation"].min()
    middle = int(first.median())
    cells = contrasts[(contrasts["regime"] == regime) & (contrasts["rate"] == rate)]
    then = cells[(cells["generation"] == middle) & (cells["metric"] == "accuracy")]
    by_then = (
        f", when accuracy is {points(-then['mean'].iloc[0])} points lower" if len(then) else ""
    )
    return (
        f"sounds in {len(first)} of {repetitions(own['replicate'].nunique())} under {regime} at "
        f"rate {rate:g}, at generation {middle} (median){by_then}"
    )


def _end(contrasts: pd.DataFrame, regime: str, rate: float, metric: str) -> Interval:
    """A metric's difference from rate 0 at the last generation."""
    is_end = contrasts["generation"] == contrasts["generation"].max()
    own = contrasts[is_end & (contrasts["regime"] == regime) & (contrasts["rate"] == rate)]
    row = own[own["metric"] == metric].iloc[0]
    return Interval(row["mean"], row["low"], row["high"], int(row["n"]))


def _more(found: Interval) -> str:
    return in_points(found.mean, found.low, found.high)


def _bounded(ends: Iterable[float], form: str) -> str:
    """Mean, low and high in words; the mean alone where there is no interval."""
    mean, low, high = (form.format(end) for end in ends)
    return mean if "nan" in low else f"{mean} [{low}, {high}]"


def _nth(tenth: int) -> str:
    return f"{tenth}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(tenth, 'th') }"
