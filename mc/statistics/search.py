"""The largest rate whose loss stays within a margin, searched for: estimate, interval, what next.

Replicates are seen one after the other. Before each, bets on its losses are fixed from those seen
so far; what the bets win is evidence. Knows nothing of where losses come from.

That the frontier lies at a rate or below it means that all higher rates lose the margin at least.
Bets on losses below the margin at such rates are then unfavourable: what they multiply a stake of 1
by exceeds 2/alpha at *any* time with a chance of alpha/2 at most (Ville's inequality), however the
rates were chosen, at every look, whatever the stopping rule. The same is asked from
above. So the interval holds at all looks, where a usual one holds at a single look announced
beforehand (after Waudby-Smith & Ramdas 2024, Estimating means of bounded random variables by
betting, JRSS B). About a frontier between two rates that a replicate has seen, and that are near
each other, one bets on its loss there by linear interpolation.

Taken for granted: a higher rate does not lose less; between two rates that are `STRAIGHT` and
`TIMES` apart at most, the mean loss runs straight; replicates are independent, so none may be seen
twice; a paired loss scatters symmetrically about its mean, however widely. A bet pays
``1 + tanh(theta * x)`` for a loss that is x on the side that was bet on: of symmetric x its mean is
1, and 1 at most where the mean of x is 0 or less, since tanh rises and is odd. Against normal
losses the bet with theta = mean / variance grows fastest. In simulations the interval held as often
as said with normal, t(3) and exponential scatter on straight and bent curves, as the square root
of the rate too; not with lognormal scatter on that one, not where most replicates lose nothing and
one in ten a lot, and not where the loss jumps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression
from scipy.stats import norm, ttest_ind

from mc.statistics.arrays import Floats
from mc.statistics.equivalence import checked_margin
from mc.statistics.intervals import checked_confidence
from mc.statistics.tolerance import largest_within

UNSEEN = 2  # replicates before the first bet
EFFICIENCY = 0.7  # of bets on estimates, in those on the true mean and spread: by simulation
SIDES = (1, -1)
STRAIGHT, TIMES = 0.3, 3.1  # how far and how many times apart rates may be, to interpolate
FRONTIERS = np.arange(1, 201) / 200  # that are considered
STEP = 0.005  # between them
MAX_NEEDED = 100_000  # repetitions; more are as good as endless
FEWEST = 3  # repetitions of a rate that is compared
MIN_SPREAD = 1e-6  # of a loss
BATCH = 4  # replicates that are asked for at once, after the first look


@dataclass(frozen=True, eq=False)
class Curve:
    """Mean losses of the rates seen.

    Parameters
    ----------
    rates : (r,) float
        Above 0, rising.
    counts : (r,) int
        Replicates of each.
    means, squares : (r,) float
        Mean loss; sum of squared deviations from it.
    """

    rates: Floats
    counts: Floats
    means: Floats
    squares: Floats

    @classmethod
    def of(cls, losses: Mapping[float, list[float]]) -> "Curve":
        """The curve of the losses of each rate."""
        rates = sorted(losses)
        values = [np.asarray(losses[rate]) for rate in rates]
        return cls(
            np.asarray(rates),
            np.array([len(each) for each in values], float),
            np.array([each.mean() for each in values]),
            np.array([((each - each.mean()) ** 2).sum() for each in values]),
        )

    @cached_property
    def monotone(self) -> Floats:
        """Means made monotone, (r,)."""
        return monotone(self.means, self.counts)

    def loss(self, rates: Floats) -> Floats:
        """Expected loss at rates, (k,): monotone means, interpolated from (0, 0)."""
        return np.asarray(np.interp(rates, np.r_[0.0, self.rates], np.r_[0.0, self.monotone]))

    def spread(self, rates: Floats) -> Floats:
        """Standard deviation of a replicate's loss at rates, (k,).

        It grows with the rate; of the deviations seen, those at rates twice as high or half as high
        count 0.6 of those at the rate itself.
        """
        octaves = np.log2(np.asarray(rates)[:, None] / self.rates)  # (k, r)
        weights = np.exp(-(octaves**2) / 2) + 1e-9
        variances = weights @ self.squares / (weights @ (self.counts - 1))
        return np.maximum(np.sqrt(variances), MIN_SPREAD)

    def frontier(self, margin: float) -> float:
        """Rate at which the expected loss reaches a margin; 1 where it does not."""
        rate = float(largest_within(self.rates, self.monotone, margin))
        return rate if rate < self.rates[-1] else 1.0


class Search:
    """What is known of a frontier after the replicates seen so far.

    Parameters
    ----------
    margin : float above 0
        Largest loss allowed.
    confidence : float in (0, 1)
        Chance that the interval holds at all looks together.

    Attributes
    ----------
    losses : dict
        Rate to the losses seen there.
    replicates : int
        Seen so far.
    """

    def __init__(self, margin: float, confidence: float) -> None:
        self.margin, self.confidence = checked_margin(margin), checked_confidence(confidence)
        self.losses: dict[float, list[float]] = {}
        self.replicates = 0
        self._won = {side: np.zeros(len(FRONTIERS)) for side in SIDES}  # logarithms
        self._most = {side: np.zeros(len(FRONTIERS)) for side in SIDES}  # that it ever was
        self._last: tuple[float, ...] = ()  # rates that were asked for

    @property
    def threshold(self) -> float:
        """Evidence at which a frontier is refuted: log(2 / alpha)."""
        return float(np.log(2 / (1 - self.confidence)))

    @property
    def curve(self) -> Curve:
        """Mean losses so far."""
        return Curve.of(self.losses)

    def learn(self, losses: Mapping[float, float]) -> None:
        """See one more replicate: rate to its paired loss."""
        if self.replicates >= UNSEEN:
            self._settle(losses)
        for rate, loss in losses.items():
            self.losses.setdefault(rate, []).append(loss)
        self.replicates += 1

    def _settle(self, losses: Mapping[float, float]) -> None:
        """Bet on each side by what was seen before, and pay by what is seen now."""
        rates, curve = np.array(sorted(losses)), self.curve
        seen = np.array([losses[rate] for rate in rates])
        means, spreads = curve.loss(rates), curve.spread(rates)
        for side in SIDES:
            weights = _weights(tuple(rates), side)  # (f, k)
            is_open = ~np.isnan(weights).any(axis=1)
            weights = np.nan_to_num(weights)
            hope = side * (self.margin - weights @ means)
            variance = np.maximum(weights @ spreads, MIN_SPREAD) ** 2
            theta = np.where(is_open, np.maximum(hope, 0) / variance, 0.0)
            x = side * (self.margin - weights @ seen)
            self._won[side] += np.log(2) - np.logaddexp(0, -2 * theta * x)
            self._most[side] = np.maximum(self._most[side], self._won[side])

    def evidence(self, side: int, *, best: bool = True) -> Floats:
        """Log of what bets against each of `FRONTIERS` have won, (f,).

        Parameters
        ----------
        side : {1, -1}
            1: bets that the frontier lies above; -1: that it lies below.
        best : bool
            The most that it ever was, rather than what it is now.
        """
        return (self._most if best else self._won)[side]

    def estimate(self) -> float:
        """Rate at which the monotone mean loss reaches the margin, but within the interval."""
        return float(np.clip(self.curve.frontier(self.margin), *self.interval()))

    def interval(self) -> tuple[float, float]:
        """Bounds of the frontier; 0 and 1 where there is no evidence for a closer one."""
        below, above = (self.evidence(side) >= self.threshold for side in SIDES)
        lowest = np.cumprod(below).sum()  # frontiers from the bottom that are refuted
        highest = np.cumprod(above[::-1]).sum()
        low = float(FRONTIERS[lowest - 1]) if lowest else 0.0
        high = float(FRONTIERS[len(FRONTIERS) - highest]) if highest else 1.0
        return min(low, high), max(low, high)

    @property
    def harm_is_shown(self) -> bool:
        """Whether some rate is known to lose more than the margin."""
        return bool(self.evidence(-1)[-1] >= self.threshold)

    def is_done(self, width: float) -> bool:
        """Whether the interval is as narrow as asked, or all rates are within the margin."""
        low, high = self.interval()
        return high - low <= width + 1e-9

    def targets(self, width: float) -> tuple[float, float]:
        """Ends of an interval of a width about the estimate, 0 and 1 at most.

        Where all seems within the margin, both are 1.
        """
        rate = self.curve.frontier(self.margin)
        if rate >= 1:
            return 1.0, 1.0
        low = min(max(rate - width / 2, 0.0), 1 - width)
        return low, low + width

    def next_rates(self, width: float) -> tuple[float, ...]:
        """Rates worth seeing next: a pair about the estimate, near enough to interpolate.

        It stays where it is while the estimate is well between. The further apart, the less noise
        there is in where between them the frontier lies, and the more it matters if losses do not
        run straight: three times the width that is asked for, `STRAIGHT` and the rate at most.
        """
        rate = self.curve.frontier(self.margin)
        if rate >= 1:
            return (1.0,)
        half = min(1.5 * width, STRAIGHT / 2, rate / 2)
        if not self._last or abs(rate - sum(self._last) / 2) > half / 2:
            low = max(min(rate - half, 1 - 2 * half), STEP / 2)
            self._last = (round(low, 4), round(low + 2 * max(half, STEP / 2), 4))
        return self._last

    def missing(self, width: float) -> int:
        """Further repetitions that an interval of a width should take; `MAX_NEEDED` at most."""
        if self.is_done(width):
            return 0
        low, high = self.interval()
        lower, upper = self.targets(width)
        more = [0.0]
        if low < lower - 1e-9:
            more.append(self._needed(np.array([lower]), 1)[0])
        if upper < 1 and high > upper + 1e-9:
            more.append(self._needed(np.array([upper]), -1)[0])
        return int(np.ceil(max(more)))

    def _needed(self, rates: Floats, side: int) -> Floats:
        """Repetitions about rates that should refute a frontier there, (k,); 0 beyond 0 and 1."""
        curve, inside = self.curve, np.clip(rates, STEP, 1.0)
        promise = side * (self.margin - curve.loss(inside)) / curve.spread(inside)
        places = np.round(inside / STEP).astype(int) - 1
        left = self.threshold - self.evidence(side, best=False)[places]
        return np.where((rates > 0) & (rates < 1), needed(promise, left), 0.0)


def next_batch(
    search: Search, first: Sequence[tuple[float, ...]], *, width: float, budget: int
) -> list[tuple[float, ...]]:
    """Rates above 0 of the next replicates, empty where the search has ended.

    Parameters
    ----------
    first : sequence of tuple of float
        Rates of each replicate of the first look.
    width : float
        Of the interval at which the search ends.
    budget : int
        Lineages left to spend after the first look; a replicate costs one for each of its rates,
        and one for rate 0.
    """
    if not search.replicates:
        return list(first)
    if search.is_done(width):
        return []
    rates = search.next_rates(width)
    return [rates] * min(BATCH, budget // (1 + len(rates))) if rates else []


@lru_cache(64)
def _weights(rates: tuple[float, ...], side: int) -> Floats:
    """What a bet against each frontier is made of: shares of the losses at rates, (f, k).

    Between rates that are near each other a frontier's loss is interpolated. Else the bet is on the
    next rate above (side 1) or below (side -1) the frontier; where there is none the row is NaN.
    """
    weights = np.full((len(FRONTIERS), len(rates)), np.nan)
    after = np.searchsorted(rates, FRONTIERS - 1e-9)  # (f,) the first rate not below
    for row, (frontier, upper) in enumerate(zip(FRONTIERS, after, strict=True)):
        lower = upper - 1
        if lower >= 0 and upper < len(rates) and _are_near(rates[lower], rates[upper]):
            share = (frontier - rates[lower]) / (rates[upper] - rates[lower])
            weights[row] = 0
            weights[row, [lower, upper]] = 1 - share, share
            continue
        touches = upper < len(rates) and rates[upper] <= frontier + 1e-9
        at = upper if side == 1 or touches else lower
        if 0 <= at < len(rates):
            weights[row] = np.arange(len(rates)) == at
    return weights


def _are_near(lower: float, upper: float) -> bool:
    """Whether losses may be interpolated between two rates."""
    return upper - lower <= STRAIGHT + 1e-9 and upper <= TIMES * lower


def needed(promise: Floats, missing: Floats) -> Floats:
    """Repetitions that should win the missing evidence, (k,).

    Parameters
    ----------
    promise : (k,) float
        Distance of the mean loss from the margin, in standard deviations of a replicate's loss.
    missing : (k,) float
        Evidence, as a logarithm.
    """
    growth = EFFICIENCY * np.interp(promise, _PROMISES, _GROWTHS, left=0.0)
    return np.asarray(np.minimum(np.maximum(missing, 0) / np.maximum(growth, 1e-12), MAX_NEEDED))


def monotone(means: Floats, counts: Floats) -> Floats:
    """Isotonic regression of mean losses of rising rates, (r,), not below the 0 of rate 0."""
    if len(means) == 1:
        return np.maximum(means, 0)
    fitted = isotonic_regression(means, weights=counts).x
    return np.asarray(np.maximum(fitted, 0))


def reversals(lineages: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Pairs of rates of which the lower one loses more, beyond chance.

    Welch's t tests of all pairs of rates with 3 repetitions at least, held to ``1 - confidence``
    together by Bonferroni's correction; replicates that both rates have are not paired.

    Parameters
    ----------
    lineages : DataFrame
        Of one search: rate (above 0), loss.

    Returns
    -------
    DataFrame
        Columns lower, higher (rates) and excess, what the lower one loses beyond the other.
    """
    values = {rate: rows.to_numpy() for rate, rows in lineages.groupby("rate")["loss"]}
    pairs = [pair for pair in combinations(sorted(values), 2) if _lengths(values, pair) >= FEWEST]
    rows = [
        (lower, higher, values[lower].mean() - values[higher].mean())
        for lower, higher in pairs
        if ttest_ind(values[lower], values[higher], equal_var=False, alternative="greater").pvalue
        < (1 - confidence) / len(pairs)
    ]
    return pd.DataFrame(rows, columns=["lower", "higher", "excess"])


def _lengths(values: Mapping[float, Floats], pair: tuple[float, float]) -> int:
    return min(len(values[rate]) for rate in pair)


def to_clear(promise: float, confidence: float) -> int:
    """Repetitions after which a rate should be known to be within the margin.

    Parameters
    ----------
    promise : float above 0
        Margin less mean loss, in standard deviations of a replicate's loss.
    """
    wanted = np.array([np.log(2 / (1 - checked_confidence(confidence)))])
    return UNSEEN + int(np.ceil(needed(np.array([promise]), wanted)[0]))


def grid_for(search: Search, width: float) -> tuple[int, int]:
    """What a grid would take to give as narrow an interval, by the means and spreads seen.

    The grid's rates lie as far apart as the interval is wide, but no closer than the width that was
    asked for. Each has as many repetitions as make the normal interval of the rate where the loss
    reaches the margin, spread over slope, as narrow: at a single look, with known spread
    and slope.

    Returns
    -------
    (int, int)
        Rates above 0, and repetitions of each, 2 at least; 0 and 0 where the interval has an end
        that no loss was shown for.
    """
    low, high = search.interval()
    if not search.harm_is_shown or not 0 < low < high:
        return 0, 0
    curve, ends = search.curve, np.array([low, high])
    losses = curve.loss(ends)
    slope = max(float(losses[1] - losses[0]), MIN_SPREAD) / (high - low)
    reach = norm.isf((1 - search.confidence) / 2) * float(curve.spread(ends).mean())
    repetitions = np.clip(np.ceil((2 * reach / slope / (high - low)) ** 2), 2, MAX_NEEDED)
    return int(np.ceil(1 / max(high - low, width) - 1e-9)), int(repetitions)


def _growths(promises: Floats) -> Floats:
    """Mean log payment of the best bet on normal losses at a distance, (k,), by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    stakes = promises[:, None] ** 2 + promises[:, None] * nodes
    payments = np.log(2) - np.logaddexp(0, -2 * stakes)
    return np.asarray(np.average(payments, axis=1, weights=weights))


_PROMISES = np.linspace(0, 6, 121)
_GROWTHS = np.maximum(_growths(_PROMISES), 0)
