"""Sentences about generators that learn from each other. Knows its tables, and no figures.

``contrasts`` holds differences from rate 0 of the same replicate and regime, by regime, rate,
generation and metric, with mean, low, high and n; ``log_`` metrics are natural logarithms.
``rows`` has one row for each generation of a lineage.
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
        return "No rate was run together with rate 0, so no loss can be measured."
    last = contrasts["generation"].max()
    regime = worst_regime(contrasts)
    text = (
        f"After {last} generations under {regime} at rate {rates[-1]:g}, "
        f"{_losses(contrasts, regime, rates[-1])}, compared with generators that read only fresh "
        "human reviews"
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
    """The regime with the largest perplexity of human text at the highest rate."""
    ends = contrasts[contrasts["generation"] == contrasts["generation"].max()]
    ends = ends[(ends["rate"] == ends["rate"].max()) & (ends["metric"] == "log_perplexity")]
    return str(ends.loc[ends["mean"].idxmax(), "regime"])


def writing_findings(contrasts: pd.DataFrame) -> list[str]:
    """Repetition, copying and length at the highest rate under the worst regime."""
    regime, rate = worst_regime(contrasts), contrasts["rate"].max()
    repeated, copied, length = (
        _end(contrasts, regime, rate, name) for name in ("self_repetition", "copied", "length_mean")
    )
    return [
        f"Under {regime} at rate {rate:g}, compared with rate 0: sequences of four words recur in "
        f"another written text {_more(repeated)} points more often; sequences of eight words are "
        f"copied from the training text {_more(copied)} points more often; texts are "
        f"{_bounded(length[:3], '{:.1f}')} words longer (below 0: shorter).",
    ]


def alarm_findings(rows: pd.DataFrame, contrasts: pd.DataFrame, below: float) -> list[str]:
    """When the simple alarm occurs, and what is lost by then."""
    alarm = (
        f"The simple alarm (mean distance of written texts below {100 * below:g}% of human ones')"
    )
    alarms = rows[(rows[ALARM] > 0) & (rows["rate"] > 0)]
    if alarms.empty:
        lost = contrasts[contrasts["metric"] == "accuracy"]
        worst = lost.loc[lost["mean"].idxmin()]
        return [
            f"{alarm} never occurs, although accuracy is up to {points(-worst['mean'])} points "
            f"lower ({worst['regime']}, rate {worst['rate']:g}, generation {worst['generation']})."
        ]
    return [f"{alarm} {_occurs(rows, contrasts, *cell)}." for cell in _cells(alarms)]


def tail_findings(rows: pd.DataFrame, contrasts: pd.DataFrame, decile: str) -> list[str]:
    """How much of human text the generator can no longer write, and which words."""
    regime, rate = worst_regime(contrasts), contrasts["rate"].max()
    lost = _end(contrasts, regime, rate, "lost_mass")
    lineages = rows[(rows["regime"] == regime) & (rows["rate"] == rate)]
    means = lineages.groupby("generation").mean(numeric_only=True)
    tenths = [decile.format(tenth) for tenth in range(1, 11)]
    halves = [
        next((place for place, name in enumerate(tenths, 1) if table[name] > 0.5), None)
        for _, table in means.iloc[[0, -1]].iterrows()
    ]
    shares = 100 * means["lost_mass"]
    sentences = [
        f"Under {regime} at rate {rate:g} the words that the generator cannot write make up "
        f"{shares.iloc[-1]:.1f}% of human text ({shares.iloc[0]:.1f}% in generation 0), "
        f"{_more(lost)} points more than at rate 0."
    ]
    if halves[0] and halves[1] and halves[1] < halves[0]:
        sentences.append(
            "The loss spreads from rare words to frequent ones: more than half of the occurrences "
            f"are lost from the {_nth(halves[0])} tenth on in generation 0, and from the "
            f"{_nth(halves[1])} on in generation {means.index[-1]}."
        )
    return sentences


def classifier_findings(contrasts: pd.DataFrame) -> list[str]:
    """Whether the ranking suffers too, and whether confidence rises while accuracy falls."""
    regime, rate = worst_regime(contrasts), contrasts["rate"].max()
    ranking, sure, over, accuracy = (
        _end(contrasts, regime, rate, name)
        for name in ("roc_auc", "confidence", "overconfidence", "accuracy")
    )
    return [
        f"Under {regime} at rate {rate:g}, compared with rate 0: the area under the ROC curve "
        f"changes by {_bounded(ranking[:3], '{:+.3f}')}; confidence is {_more(sure)} points, "
        f"confidence minus accuracy {_more(over)} points higher{_surer(sure, accuracy)}.",
    ]


def drift_findings(changes: pd.DataFrame) -> list[str]:
    """How rate 0 changes by itself: its generations read other human reviews."""
    ends = changes[(changes["rate"] == 0) & (changes["metric"] == "accuracy")]
    ends = ends[ends["generation"] == changes["generation"].max()]
    parts = [
        f"{row['regime']} {in_points(row['mean'], row['low'], row['high'])}"
        for _, row in ends.iterrows()
    ]
    if not parts:
        return []
    return [
        f"At rate 0 accuracy changes by {listed(parts)} points from the first generation to the "
        "last. All losses are measured from rate 0 of the same generation, not from generation 0."
    ]


def early_findings(signs: pd.DataFrame, regime: str, last: int) -> list[str]:
    """Which measures move first at the highest rate, and how often alarms are false.

    Parameters
    ----------
    signs : DataFrame
        Of `experiments.text_collapse.early_signs.ranking`.
    """
    own = signs[signs["rate"] == signs["rate"].max()].set_index("measure")
    first = own.index[own["delay"] == own["delay"].min()].tolist()
    rate, n = own["rate"].iloc[0], int(own["n"].iloc[0])
    many = own["share"] * own["n"]
    known = [name for name in ("perplexity", "accuracy") if name in {*own.index} - {*first}]
    at = [
        f"{_spoken(name)} {_generation(own.loc[name])} (in {many[name]:.0f} of {n} lineages)"
        for name in known
    ]
    falsely, stated = own["false_share"], 100 * own["false_alarms"].iloc[0]
    sentences = []
    if np.isfinite(own["delay"].min()):
        verb = "moves" if len(first) == 1 else "move"
        sentences.append(
            f"Under {regime} at rate {rate:g}, {listed([_spoken(name) for name in first])} {verb} "
            f"first: the alarm sounds {_generation(own.loc[first[0]])}"
            f"{'; that of ' + listed(at) if at else ''}."
        )
    else:
        sentences.append(
            f"Under {regime} at rate {rate:g} no alarm sounds in half of the lineages within "
            f"{last} generations."
        )
    sentences.append(
        f"Each measure's own alarm is calibrated to be false in at most {stated:g}% of lineages; "
        f"at rate 0 it sounded in {100 * falsely.mean():.1f}% on average over measures, and in "
        f"{100 * falsely.max():.0f}% for the worst."
    )
    return sentences


def _generation(row: pd.Series) -> str:
    """When an alarm sounds, in words."""
    ends = [f"{end:g}" if np.isfinite(end) else "later" for end in row[["delay_low", "delay_high"]]]
    if not np.isfinite(row["delay"]):
        return "in fewer than half of the lineages"
    span = "" if row[["delay_low", "delay_high"]].isna().any() else f" [{ends[0]}, {ends[1]}]"
    return f"in generation {row['delay']:g}{span}"


def _spoken(name: str) -> str:
    return name.replace("_", " ")


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
    return f"does not differ detectably ({lost} points lower)"


def _surer(sure: Interval, accuracy: Interval) -> str:
    if accuracy.high < 0 and sure.low > 0:
        return ": it is more confident but less accurate"
    if accuracy.high < 0 and sure.high < 0:
        return ": it is less accurate and less confident"
    return ""


def _cells(rows: pd.DataFrame) -> list[tuple[str, float]]:
    return list(rows[["regime", "rate"]].drop_duplicates().itertuples(index=False, name=None))


def _occurs(rows: pd.DataFrame, contrasts: pd.DataFrame, regime: str, rate: float) -> str:
    lineages = rows[(rows["regime"] == regime) & (rows["rate"] == rate)]
    first = lineages[lineages[ALARM] > 0].groupby("replicate")["generation"].min()
    middle = int(first.median())
    cells = contrasts[(contrasts["regime"] == regime) & (contrasts["rate"] == rate)]
    then = cells[(cells["generation"] == middle) & (cells["metric"] == "accuracy")]
    lost = f", when accuracy is {points(-then['mean'].iloc[0])} points lower" if len(then) else ""
    return (
        f"occurs in {len(first)} of {repetitions(lineages['replicate'].nunique())} under {regime} "
        f"at rate {rate:g}, at generation {middle} (median){lost}"
    )


def _end(contrasts: pd.DataFrame, regime: str, rate: float, metric: str) -> Interval:
    """A metric's difference from rate 0 at the last generation."""
    keys = ["regime", "rate", "generation", "metric"]
    row = contrasts.set_index(keys).loc[(regime, rate, contrasts["generation"].max(), metric)]
    return Interval(row["mean"], row["low"], row["high"], int(row["n"]))


def _more(found: Interval) -> str:
    return in_points(found.mean, found.low, found.high)


def _bounded(ends: Iterable[float], form: str) -> str:
    """Mean, low and high in words; the mean alone where there is no interval."""
    mean, low, high = (form.format(end) for end in ends)
    return mean if "nan" in low else f"{mean} [{low}, {high}]"


def _nth(tenth: int) -> str:
    return f"{tenth}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(tenth, 'th') }"
