"""The rule of each claim: from evidence to a verdict, the same for our lineages and the original's.

A rule is judged by intervals alone: it says supported or contradicted where 95% intervals show it,
and undecided otherwise. What must hold of all of several comparisons needs no correction for their
number; what contradicts by one of them has an interval that is widened for it (Bonferroni).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np

from mc.report.seed_study.evidence import Cell, Evidence, Published, Weights
from mc.report.wording import number, points, repetitions, span
from mc.statistics import CONFIDENCE, Interval
from mc.statistics.effects import SKEWNESS

Verdict = Literal["supported", "contradicted", "undecided", "not tested"]
NEAR_CHANCE = 0.55  # accuracy below which a classifier of two balanced classes is near chance
SAME_GROWTH = 1.05  # times: sizes are whole reviews, so factors of growth are alike, not equal
TOTAL = "total_collapse"  # the stage whose starts grow by their own labels alone


@dataclass(frozen=True)
class Finding:
    """The verdict on some evidence.

    Parameters
    ----------
    verdict : "supported", "contradicted" or "undecided"
        What the rule says.
    number : Interval
        The number that the verdict rests on, as a share.
    reading : str
        The numbers behind it, in sentences.
    """

    verdict: Verdict
    number: Interval
    reading: str


class Growth(NamedTuple):
    """All starts that have grown by one factor.

    Parameters
    ----------
    factor : float
        Size over size at the start.
    cells : tuple of Cell
        One for each start, in order, at rate 1.
    accuracy : Interval
        Mean over those starts. They are conditions, not a sample: the interval is for these.
    """

    factor: float
    cells: tuple[Cell, ...]
    accuracy: Interval


class Departure(NamedTuple):
    """The fall from one start less the mean fall from the others, at the same growth."""

    growth: Growth
    cell: Cell
    difference: Interval


def three_per_cent(evidence: Evidence, margin: float) -> Finding | str:
    """Rate 0.03 loses less than the margin at the last size."""
    losses = [loss for rate, loss in _losses(evidence) if np.isclose(rate, 0.03)]
    if not losses:
        return "no repetition has both rate 0.03 and rate 0; run fine_rates with rates=0,0.03"
    (loss,) = losses
    verdict: Verdict = "undecided"
    says = f"which leaves open on which side of the margin of {points(margin)} it lies"
    if loss.high < margin:
        verdict, says = "supported", f"below the margin of {points(margin)}"
    elif loss.low > margin:
        verdict, says = "contradicted", f"above the margin of {points(margin)}"
    above = ", though above 0" if verdict == "supported" and loss.low > 0 else ""
    text = f"At rate 0.03 the loss of accuracy is {_in_points(loss)}, {says}{above}."
    return Finding(verdict, loss, text)


def any_amount(evidence: Evidence, margin: float) -> Finding | str:
    """Every rate loses accuracy at the last size, 0.01 or less among them."""
    losses = dict(_losses(evidence))
    if not losses or min(losses) > 0.01 + 1e-9:
        return "no repetition has both rate 0.01 and rate 0; run fine_rates with rates=0,0.01"
    widened = dict(_losses(evidence, _widened(len(losses))))
    spared = [rate for rate in losses if widened[rate].high <= 0]
    open_rates = [rate for rate, loss in losses.items() if not loss.low > 0]
    verdict: Verdict = "undecided" if open_rates else "supported"
    shown = min(losses)
    if spared:
        verdict, shown = "contradicted", spared[0]
    loss = losses[shown]
    parts = [
        f"At rate {shown:g} the loss of accuracy is {_in_points(loss)}.",
        f"Accuracy is shown to fall at {len(losses) - len(open_rates)} and shown not to fall at "
        f"{len(spared)} of the {len(losses)} rates run, of which {min(losses):g} is the lowest.",
    ]
    bounds = [losses[rate].high for rate in open_rates if not math.isnan(losses[rate].high)]
    if verdict == "undecided" and bounds:
        parts.append(f"Where neither is shown, the loss may be up to {points(max(bounds))} points.")
    if loss.high < margin:
        parts.append(f"At {shown:g} the loss is below the margin of {points(margin)} points.")
    return Finding(verdict, loss, " ".join(parts))


def any_start(evidence: Evidence, margin: float) -> Finding | str:
    """Falls from any two starts that grow by the same factor differ by less than the margin.

    It is contradicted by a start whose fall differs by more from the mean of the others, for then
    it differs so from one of them; there are fewer starts than pairs. Of 4,000 simulated studies
    with the published standard errors and no difference between starts, 4% contradict.
    """
    groups = [growth for growth in falls_by_growth(evidence) if len(growth.cells) > 1]
    pairs = [pair for growth in groups for pair in combinations(growth.cells, 2)]
    gaps = [evidence.contrast(_less(_fall(one), [_fall(other)])) for one, other in pairs]
    gaps = [gap for gap in gaps if gap.n]
    if not gaps:
        return (
            "no repetition has rates 0 and 1 from two starts that grow by the same factor; run "
            f"{TOTAL} with sizes that grow by one factor, as sizes=1000,2000,4000,8000"
        )
    alike = sum(-margin < gap.low and gap.high < margin for gap in gaps)
    departures = list(_departures(evidence, groups))
    growth, cell, difference = max(departures, key=_clearness)
    verdict: Verdict = "supported" if alike == len(gaps) else "undecided"
    if difference.low > margin or difference.high < -margin:
        verdict = "contradicted"
    others = [_fall(other) for other in growth.cells if other != cell]
    average = points(evidence.contrast(_mean(others)).mean)
    text = (
        f"The start that differs most clearly from the others at the same growth: from "
        f"{cell.start:,} reviews, grown {times(growth.factor)}, accuracy falls by "
        f"{_in_points(fall(evidence, cell))}, and by {average} on average from "
        f"{_counted(len(others), 'other start')}. The difference is {points(difference.mean)} "
        f"points{_span(difference)}, with an interval widened for "
        f"{_counted(len(departures), 'such difference')}. Pairs of starts shown to differ by less "
        f"than the margin of {points(margin)}: {alike} of {len(gaps)}, at "
        f"{_counted(len(groups), 'factor')} of growth."
    )
    return Finding(verdict, difference, text)


def to_chance(evidence: Evidence, margin: float) -> Finding | str:
    """Accuracy at rate 1 is near chance on average over the starts that have grown enough.

    Each start counts at the largest growth that it has run. The largest growth of all would not do:
    only the smallest start has run it, whose classifier is near chance before it grows at all.
    """
    grown = _grown(evidence)
    if not grown:
        return f"no repetition has rate 1; run {TOTAL} with rates=0,1"
    asked, most = growth_asked(), max(cell.growth for cell in grown)
    ends = list({cell.start: cell for cell in grown}.values())  # in order, so the last of each
    ends = [cell for cell in ends if cell.growth * SAME_GROWTH >= asked]
    if not ends:
        return (
            f"the training set grows {times(most)} at most, and the original's own accuracy is "
            f"near chance from {times(asked)} growth on; run {TOTAL} with a last size of at least "
            f"{math.ceil(asked)} times the first"
        )
    end = evidence.contrast(_mean([{cell: 1.0} for cell in ends]))
    if not end.n:
        return f"no repetition has all starts that grow {times(asked)}; run {TOTAL} to its end"
    verdict: Verdict = "undecided"
    if end.high < NEAR_CHANCE:
        verdict = "supported"
    elif end.low > NEAR_CHANCE:
        verdict = "contradicted"
    began = evidence.contrast(_mean([{_start(cell): 1.0} for cell in ends])).mean
    parts = [
        f"At rate 1, grown {times(asked)} or more, accuracy goes from {number(began, 3)} to "
        f"{number(end.mean, 3)}{_span(end, 3, 1)} over {repetitions(end.n)}, on average over "
        f"{_counted(len(ends), 'start')}, each at its largest growth."
    ]
    order = sorted(ends, key=lambda cell: evidence.contrast({cell: 1.0}).mean)
    parts.append(_ending("The highest accuracy", evidence, order[-1]))
    if len(ends) > 1:
        parts.append(_ending("The lowest", evidence, order[0]))
    if verdict == "contradicted":
        parts.append("More growth, which might lower it further, was not run.")
    return Finding(verdict, end, " ".join(parts))


@cache
def growth_asked() -> float:
    """The growth from which on the original's own figures are near chance."""
    return near_chance_from(Published.of(TOTAL))


def near_chance_from(evidence: Evidence) -> float:
    """Smallest factor from which on accuracy is shown to be near chance; infinite for none."""
    near = math.inf
    for growth in reversed(accuracy_by_growth(evidence)):
        if not growth.accuracy.high < NEAR_CHANCE:
            break
        near = growth.factor
    return near


def accuracy_by_growth(evidence: Evidence) -> list[Growth]:
    """Mean accuracy at rate 1 over the starts that have grown so far, by growth."""
    return list(_by_growth(evidence, _grown(evidence)))


def falls_by_growth(evidence: Evidence) -> list[Growth]:
    """Starts whose fall against rate 0 at the same size is known, by growth."""
    known = [cell for cell in _grown(evidence) if cell.human in evidence.cells]
    return list(_by_growth(evidence, known))


def fall(evidence: Evidence, cell: Cell) -> Interval:
    """Accuracy that human labels have at this size, less that of the cell."""
    return evidence.contrast(_fall(cell), skewness=SKEWNESS)


def times(factor: float) -> str:
    """A factor of growth: ``2.5-fold``, ``40-fold``."""
    return f"{factor:.1f}-fold" if factor < 10 else f"{factor:,.0f}-fold"


def _grown(evidence: Evidence) -> list[Cell]:
    """Where the model has labelled all growth, by start and size."""
    return [cell for cell in evidence.cells if cell.rate == 1 and cell.size > cell.start]


def _by_growth(evidence: Evidence, cells: Sequence[Cell]) -> Iterator[Growth]:
    """Cells whose growth is alike, one for each start, if some repetition has all of them."""
    rest = sorted(cells, key=lambda cell: cell.growth)
    while rest:
        alike = [cell for cell in rest if cell.growth <= SAME_GROWTH * rest[0].growth]
        rest = rest[len(alike) :]
        one_each = {cell.start: cell for cell in reversed(alike)}
        chosen = tuple(sorted(one_each.values()))
        accuracy = evidence.contrast(_mean([{cell: 1.0} for cell in chosen]))
        factor = math.exp(np.mean([math.log(cell.growth) for cell in chosen]))
        if accuracy.n:
            yield Growth(factor, chosen, accuracy)


def _departures(evidence: Evidence, groups: Sequence[Growth]) -> Iterator[Departure]:
    """One for each start of each growth, with intervals widened for their number."""
    chosen = [
        (growth, cell)
        for growth in groups
        for cell in growth.cells[: None if len(growth.cells) > 2 else 1]  # of two: one difference
    ]
    for growth, cell in chosen:
        others = [_fall(other) for other in growth.cells if other != cell]
        weights = _less(_fall(cell), others)
        yield Departure(growth, cell, evidence.contrast(weights, _widened(len(chosen))))


def _clearness(departure: Departure) -> tuple[float, float]:
    """How far from 0 a difference is shown to lie, then how far it lies."""
    mean, low, high, _ = departure.difference
    return (-math.inf if math.isnan(low) else max(low, -high), abs(np.nan_to_num(mean)))


def _losses(evidence: Evidence, confidence: float = CONFIDENCE) -> Iterator[tuple[float, Interval]]:
    """Loss of accuracy of each rate at the last size, by rate."""
    last = max((cell.size for cell in evidence.cells), default=0)
    for cell in evidence.cells:
        if cell.size == last and cell.rate > 0 and cell.human in evidence.cells:
            loss = evidence.contrast(_fall(cell), confidence, SKEWNESS)
            if loss.n:
                yield cell.rate, loss


def _fall(cell: Cell) -> Weights:
    return {cell.human: 1.0, cell: -1.0}


def _start(cell: Cell) -> Cell:
    return cell._replace(size=cell.start)


def _mean(each: Sequence[Weights]) -> Weights:
    return _less({}, each, sign=1.0)


def _less(one: Weights, others: Sequence[Weights], sign: float = -1.0) -> Weights:
    """A contrast less the mean of others."""
    weights = dict(one)
    for other in others:
        for cell, weight in other.items():
            weights[cell] = weights.get(cell, 0.0) + sign * weight / len(others)
    return weights


def _widened(comparisons: int) -> float:
    return 1 - (1 - CONFIDENCE) / comparisons


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count > 1)}"


def _ending(which: str, evidence: Evidence, cell: Cell) -> str:
    end = evidence.contrast({cell: 1.0})
    return (
        f"{which}, from {cell.start:,} reviews grown {times(cell.growth)}, is {number(end.mean, 3)}"
        f"{_span(end, 3, 1)}{evidence.remark([cell])}."
    )


def _in_points(loss: Interval) -> str:
    return f"{points(loss.mean)} points{_span(loss)} over {repetitions(loss.n)}"


def _span(interval: Interval, digits: int = 2, scale: float = 100) -> str:
    return span(interval.low, interval.high, digits, scale) or " (no interval)"
