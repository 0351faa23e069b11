"""The original study's claims, judged by name on frames of generations. Knows nothing of figures.

Each claim names beforehand what would settle it, and is judged by intervals alone: it is supported
or contradicted where 95% intervals show it, and undecided otherwise, so that a lack of data settles
nothing. Replicates are drawn from one corpus, hence no verdict reaches other corpora, classifiers,
or sizes, and each reading says so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from mc import statistics
from mc.report.seed_study import published
from mc.report.wording import points, repetitions, span
from mc.statistics import CONDITION, CONFIDENCE, DEFAULT_MARGIN, FAMILY, Interval
from mc.types import Row

Verdict = Literal["supported", "contradicted", "undecided", "not tested"]
NEAR_CHANCE = 0.55  # accuracy below which a classifier of two balanced classes is near chance


@dataclass(frozen=True)
class Claim:
    """A claim of the original study, judged on one family of conditions.

    Parameters
    ----------
    name : str
        The claim in the original's words.
    asks : str
        What would settle it, declared before the data were seen.
    stage : str
        The stage that it was judged on, or that would have to be run.
    family : str
        As ``logistic, accumulate, argmax``, with sizes where a family has several; empty where it
        is not tested.
    verdict : "supported", "contradicted", "undecided" or "not tested"
        The verdict of the data.
    number, low, high : float
        What was measured with its 95% t interval; NaN where there is none.
    unit : str
        Of the numbers: ``points`` (percentage points) or ``accuracy`` (share).
    repetitions : int
        Replicates behind the number.
    data : str
        Name of the corpus.
    reading : str
        The numbers behind the verdict, and what it does not cover.
    """

    name: str
    asks: str
    stage: str
    family: str
    verdict: Verdict
    number: float
    low: float
    high: float
    unit: str
    repetitions: int
    data: str
    reading: str


@dataclass(frozen=True)
class _Finding:
    """The verdict on one group of conditions; the number in shares."""

    verdict: Verdict
    number: Interval
    reading: str


Judge = Callable[[pd.DataFrame, float], _Finding | str]  # text: why it cannot be judged, and remedy


@dataclass(frozen=True)
class _Question:
    """A claim before it meets data."""

    name: str
    asks: str
    stages: tuple[str, ...]  # that can settle it, the best first
    groups: list[str]  # columns of which each group of rows is judged by itself
    unit: str
    judge: Judge


def judge(
    frames: Mapping[str, pd.DataFrame], data: Mapping[str, str], margin: float = DEFAULT_MARGIN
) -> list[Claim]:
    """Judge every claim on every family of conditions found.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Stage to its generations (see `mc.statistics`); any subset of stages.
    data : mapping of str to str
        Stage to the name of its corpus.
    margin : float above 0
        Largest loss of accuracy that does not matter, as a share.

    Returns
    -------
    list of Claim
        In the order of the claims; one that no stage can judge is "not tested".
    """
    return [
        claim
        for question in _questions(margin)
        for claim in _answers(question, frames, data, margin)
    ]


def _questions(margin: float) -> list[_Question]:
    within = f"the margin of {points(margin)} points"
    starts = [*FAMILY, "final_size"]
    return [
        _Question(
            "3% is negligible",
            f"Whether the paired loss of accuracy at rate 0.03, at the last generation, lies below "
            f"{within} (negligible) or above it (harmful).",
            ("fine_rates", "low_rates"),
            CONDITION,
            "points",
            _three_per_cent,
        ),
        _Question(
            "any amount, even 1%, lowers performance",
            "Whether the paired loss of accuracy lies above 0 at every rate run, the lowest "
            "of them 0.01 or less; contradicted where the upper bound of a rate, widened for their "
            "number, is 0 or less.",
            ("fine_rates",),
            CONDITION,
            "points",
            _any_amount,
        ),
        _Question(
            "the fall is the same whatever the start",
            f"Whether the falls of accuracy at rate 1, by the same final size, differ by less than "
            f"{within} between any two starts; contradicted where those of the smallest and the "
            "largest start differ by more.",
            ("total_collapse",),
            starts,
            "points",
            _any_start,
        ),
        _Question(
            "total collapse goes to 0.5",
            f"Whether accuracy at rate 1 ends below {NEAR_CHANCE} from every start; contradicted "
            "where it ends above that from some start, by an interval widened for their number.",
            ("total_collapse",),
            starts,
            "accuracy",
            _to_chance,
        ),
    ]


def _answers(
    question: _Question,
    frames: Mapping[str, pd.DataFrame],
    data: Mapping[str, str],
    margin: float,
) -> Iterator[Claim]:
    """One claim for each group, from the first stage that can judge its family."""
    untested: dict[tuple[object, ...], Claim] = {}
    judged: set[tuple[object, ...]] = set()
    for stage in (stage for stage in question.stages if stage in frames):
        seen = set(judged)
        for label, rows in _groups(frames[stage], question.groups):
            family = tuple(rows[FAMILY].iloc[0])
            if family in seen:
                continue
            answer = question.judge(rows, margin)
            if isinstance(answer, str):
                untested.setdefault(family, _untested(question, answer, label))
            else:
                judged.add(family)
                source = {"stage": stage, "family": label, "data": data.get(stage, "this corpus")}
                yield _claim(question, answer, rows, **source)
    yield from (claim for family, claim in untested.items() if family not in judged)
    if not judged and not untested:
        yield _untested(question, f"run {question.stages[0]}", "")


def _groups(generations: pd.DataFrame, by: list[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows that are judged together, with their family's name and what else sets them apart."""
    groups = statistics.checked(generations).groupby(by, dropna=False)
    keys = pd.DataFrame(list(groups.groups), columns=by)
    apart = [name for name in by if name not in FAMILY and keys[name].nunique() > 1]
    for key, rows in groups:
        values = dict(zip(by, key, strict=True))
        sizes = [f"{name.replace('_', ' ')} {values[name]:,}" for name in apart]
        yield ", ".join([*(str(values[name]) for name in FAMILY), *sizes]), rows


def _claim(
    question: _Question,
    finding: _Finding,
    rows: pd.DataFrame,
    *,
    stage: str,
    family: str,
    data: str,
) -> Claim:
    scale = 100 if question.unit == "points" else 1
    number, low, high = (scale * value for value in finding.number[:3])
    theirs = published.CLASSIFIER
    ours = rows["backend"].iloc[0].replace("_", " ")
    reach = (
        f"This holds for {data}, {family}, growing from {rows['initial_size'].min():,} to "
        f"{rows['final_size'].max():,} reviews, and not for other corpora, sizes or classifiers"
        f"{'' if ours == theirs else f', such as the {theirs} of the original'}."
    )
    return Claim(
        question.name,
        question.asks,
        stage,
        family,
        finding.verdict,
        number,
        low,
        high,
        question.unit,
        finding.number.n,
        data,
        f"{finding.reading} {reach}",
    )


def _untested(question: _Question, why: str, family: str) -> Claim:
    nan, stage = float("nan"), question.stages[0]
    return Claim(
        question.name,
        question.asks,
        stage,
        family,
        "not tested",
        nan,
        nan,
        nan,
        question.unit,
        0,
        "",
        f"Not tested: {why}.",
    )


def _three_per_cent(rows: pd.DataFrame, margin: float) -> _Finding | str:
    losses = _losses(rows)
    losses = losses[np.isclose(losses["rate"], 0.03)]
    if losses.empty:
        return "no repetition has both rate 0.03 and rate 0; run fine_rates with rates=0,0.03"
    loss = _interval(losses.iloc[0])
    verdict: Verdict = "undecided"
    says = f"which leaves open on which side of the margin of {points(margin)} it lies"
    if loss.high < margin:
        verdict, says = "supported", f"below the margin of {points(margin)}"
    elif loss.low > margin:
        verdict, says = "contradicted", f"above the margin of {points(margin)}"
    above = ", though above 0" if verdict == "supported" and loss.low > 0 else ""
    text = f"At rate 0.03 the loss of accuracy is {_loss(loss)}, {says}{above}."
    return _Finding(verdict, loss, text)


def _any_amount(rows: pd.DataFrame, margin: float) -> _Finding | str:
    losses = _losses(rows)
    if losses.empty or losses["rate"].min() > 0.01 + 1e-9:
        return "no repetition has both rate 0.01 and rate 0; run fine_rates with rates=0,0.01"
    widened = _losses(rows, 1 - (1 - CONFIDENCE) / len(losses))
    lowered, spared = losses["low"] > 0, widened["high"] <= 0
    verdict: Verdict = "supported" if lowered.all() else "undecided"
    shown = losses.iloc[0]
    if spared.any():
        verdict, shown = "contradicted", losses[spared].iloc[0]
    loss = _interval(shown)
    parts = [
        f"At rate {shown['rate']:g} the loss of accuracy is {_loss(loss)}.",
        f"Accuracy is shown to fall at {lowered.sum()} and shown not to fall at {spared.sum()} of "
        f"the {len(losses)} rates run, of which {losses['rate'].iloc[0]:g} is the lowest.",
    ]
    if verdict == "undecided" and losses.loc[~lowered, "high"].notna().any():
        most = points(losses.loc[~lowered, "high"].max())
        parts.append(f"Where neither is shown, the loss may be up to {most} points.")
    if loss.high < margin:
        parts.append(
            f"At {shown['rate']:g} the loss is below the margin of {points(margin)} points."
        )
    return _Finding(verdict, loss, " ".join(parts))


def _any_start(rows: pd.DataFrame, margin: float) -> _Finding | str:
    pairs = statistics.paired_differences(rows).query("rate == 1 and initial_size < final_size")
    falls = pairs.pivot(index="replicate", columns="initial_size", values="loss").dropna()
    starts = list(falls.columns)
    if len(starts) < 2 or falls.empty:
        return "no repetition has rates 0 and 1 from two starts; run total_collapse with 3 sizes"
    gap = _gap(falls, starts[0], starts[-1])
    gaps = [_gap(falls, *pair) for pair in combinations(starts, 2)]
    alike = sum(-margin < pair.low and pair.high < margin for pair in gaps)
    verdict: Verdict = "supported" if alike == len(gaps) else "undecided"
    if gap.low > margin or gap.high < -margin:
        verdict = "contradicted"
    small, large = (
        _loss(statistics.mean_interval(falls[start])) for start in starts[:: len(starts) - 1]
    )
    text = (
        f"From {starts[0]:,} reviews accuracy falls by {small}, from {starts[-1]:,} by {large}: "
        f"a difference of {points(gap.mean)} points{_span(gap)}. Pairs of starts shown to differ "
        f"by less than the margin of {points(margin)}: {alike} of {len(gaps)}."
    )
    return _Finding(verdict, gap, text)


def _to_chance(rows: pd.DataFrame, margin: float) -> _Finding | str:
    ends = statistics.at_generation(rows).query("rate == 1 and initial_size < final_size")
    if ends.empty:
        return "no repetition has rate 1; run total_collapse with rates=0,1"
    starts = [start for _, start in ends.groupby("initial_size")]
    ends_of = [_accuracy(start) for start in starts]
    widened = [_accuracy(start, 1 - (1 - CONFIDENCE) / len(starts)) for start in starts]
    near = sum(end.high < NEAR_CHANCE for end in ends_of)
    far = sum(end.low > NEAR_CHANCE for end in widened)
    verdict: Verdict = "undecided"
    if near == len(starts):
        verdict = "supported"
    elif far:
        verdict = "contradicted"
    order = np.argsort([end.mean for end in ends_of])
    best, worst = order[-1], order[0]
    text = (
        f"At rate 1, {near} of {len(starts)} starts are shown to end below {NEAR_CHANCE}, and "
        f"{far} above. {_ending('The highest accuracy', starts[best])}"
    )
    if best != worst:
        text += f" {_ending('The lowest', starts[worst])}"
    if verdict == "contradicted":
        text += " More generations, which might lower it further, were not run."
    return _Finding(verdict, ends_of[best], text)


def _ending(which: str, ends: pd.DataFrame) -> str:
    """Where a start ends; with AUC and class share, since accuracy also falls by a mere drift."""
    accuracy, steps = _accuracy(ends), ends["generation"].iloc[0]
    return (
        f"{which}, from {ends['initial_size'].iloc[0]:,} reviews and after {steps} generation"
        f"{'' if steps == 1 else 's'}, is {accuracy.mean:.3f}"
        f"{_span(accuracy, 3, scale=1)} over {repetitions(accuracy.n)}, with an area under the ROC "
        f"curve of {_ranking(ends['roc_auc'])} and {100 * ends['positive_share'].mean():.0f}% "
        "predicted positive."
    )


def _ranking(auc: pd.Series) -> str:
    """Mean area under the ROC curve, which a classifier of one class may not have."""
    known = auc.dropna()
    if known.empty:
        return "undefined (one class)"
    few = "" if len(known) == len(auc) else f" (undefined in {repetitions(len(auc) - len(known))})"
    return f"{known.mean():.3f}{few}"


def _accuracy(ends: pd.DataFrame, confidence: float = CONFIDENCE) -> Interval:
    return statistics.mean_interval(ends["accuracy"], confidence)


def _losses(rows: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Paired losses at the last generation of one condition, by rate, without rounding errors."""
    return statistics.paired_loss(rows, confidence=confidence).query("rate > 0").round(12)


def _gap(falls: pd.DataFrame, one: int, other: int) -> Interval:
    """How much more accuracy falls from one start than from another, within replicates."""
    return statistics.mean_interval(falls[one] - falls[other])


def _interval(row: Row) -> Interval:
    return Interval(row["mean"], row["low"], row["high"], int(row["n"]))


def _loss(loss: Interval) -> str:
    return f"{points(loss.mean)} points{_span(loss)} over {repetitions(loss.n)}"


def _span(interval: Interval, digits: int = 2, scale: float = 100) -> str:
    return span(interval.low, interval.high, digits, scale) or " (no interval)"
