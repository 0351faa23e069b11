"""The largest rate whose loss stays within a margin, searched for: estimate, interval, what next.

Replicates are seen one after the other. Before each, bets on its losses are fixed from those seen
so far; what the bets win is evidence. Knows nothing of where losses come from.

That the frontier lies at a rate or below it means that all higher rates lose the margin at least.
Bets on losses below the margin at such rates are then unfavourable: what they multiply a stake of 1
by exceeds 2/alpha at *any* time with a chance of alpha/2 at most (Ville's inequality), however the
rates were chosen, whenever somebody looked, whyever the search stopped. The same is asked from
above. So the interval holds at all looks, where a usual one holds at a single look announced
beforehand (after Waudby-Smith & Ramdas 2024, Estimating means of bounded random variables by
betting, JRSS B).

Taken for granted: a higher rate does not lose less; replicates are independent, so none may be
seen twice; a paired loss scatters symmetrically about its mean, however widely. A bet pays
``1 + tanh(theta * x)`` for a loss that is x on the side that was bet on: of symmetric x its mean
is 1, and 1 at most where the mean of x is 0 or less, since tanh rises and is odd. Against normal
losses the bet with theta = mean / variance grows fastest. Where losses are skewed the interval
held in simulations with exponential and lognormal scatter; where most replicates lose nothing and
one in ten a lot, it did not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
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
CAUTION = 1.25  # what the variance is taken for, over what was seen
EFFICIENCY = 0.7  # of bets on estimates, in those on the true mean and spread: by simulation
POWER = 0.8  # of a grid's tests
STEP = 0.001  # of rates that are considered
MOST_NEEDED = 100_000  # repetitions; more are as good as endless
FEWEST = 3  # repetitions of a rate that is compared
LEAST_SPREAD = 1e-6  # of a loss


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
        return np.maximum(np.sqrt(variances), LEAST_SPREAD)

    def frontier(self, margin: float) -> float:
        """Rate at which the expected loss reaches a margin; 1 where it does not."""
        rate = float(largest_within(self.rates, self.monotone, margin))
        return rate if rate < self.rates[-1] else 1.0


@dataclass(frozen=True)
class Bound:
    """What has been won by bets on one side of the margin.

    Parameters
    ----------
    side : {1, -1}
        1: bets that losses stay below the margin; -1: that they exceed it.
    rates, gains : tuple of float
        Rate of each bet in the order of replicates, and the logarithm of its payment.
    """

    side: int
    rates: tuple[float, ...] = ()
    gains: tuple[float, ...] = ()

    def with_bet(self, rate: float, gain: float) -> "Bound":
        """The same with one more bet."""
        return Bound(self.side, (*self.rates, rate), (*self.gains, gain))

    def evidence(self, rates: Floats, *, best: bool = True) -> Floats:
        """Log of what was won, (k,), at rates as high as each at least (side -1: at most).

        Parameters
        ----------
        best : bool
            The most that it ever was, rather than what it is now.
        """
        rows = self.side * (np.array(self.rates) - np.asarray(rates)[:, None]) >= 0  # (k, bets)
        won = np.cumsum(np.where(rows, np.array(self.gains), 0.0), axis=1)  # (k, bets)
        if not won.shape[1]:
            return np.zeros(len(rates))
        return np.maximum(won.max(axis=1), 0) if best else won[:, -1]


class Search:
    """What is known of a frontier after the replicates seen so far.

    Parameters
    ----------
    margin : float above 0
        Largest loss allowed.
    confidence : float in (0, 1)
        Chance that the interval holds at all looks together.
    """

    def __init__(self, margin: float, confidence: float) -> None:
        self.margin, self.confidence = checked_margin(margin), checked_confidence(confidence)
        self.within, self.beyond = Bound(1), Bound(-1)
        self.losses: dict[float, list[float]] = {}
        self.replicates = 0

    @property
    def threshold(self) -> float:
        """Evidence at which a side is sure: log(2 / alpha)."""
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
        rates = np.array(sorted(losses))
        curve = self.curve
        room, spread = self.margin - curve.loss(rates), curve.spread(rates)  # (k,)
        for name in ("within", "beyond"):
            bound: Bound = getattr(self, name)
            promise = bound.side * room / spread
            if (promise > 0).any():
                at = _to_bet_on(promise[:: -bound.side])
                at = len(rates) - 1 - at if bound.side == 1 else at
                theta = room[at] / (CAUTION * spread[at] ** 2)
                gain = _log_payment(theta * (self.margin - losses[rates[at]]))
                setattr(self, name, bound.with_bet(float(rates[at]), gain))

    def estimate(self) -> float:
        """Rate at which the monotone mean loss reaches the margin, but within the interval."""
        return float(np.clip(self.curve.frontier(self.margin), *self.interval()))

    def interval(self) -> tuple[float, float]:
        """Bounds of the frontier; 0 and 1 where there is no evidence for a closer one."""
        rates = np.array(sorted(self.losses))
        is_within = self.within.evidence(rates) >= self.threshold
        is_beyond = self.beyond.evidence(rates) >= self.threshold
        lowest = np.cumprod(is_within).sum()  # rates up to which every lower frontier is refuted
        highest = np.cumprod(is_beyond[::-1]).sum()
        low = float(rates[lowest - 1]) if lowest else 0.0
        high = float(rates[len(rates) - highest]) if highest else 1.0
        return min(low, high), max(low, high)

    @property
    def harm_is_shown(self) -> bool:
        """Whether some rate is known to lose more than the margin."""
        top = np.array([max(self.losses)])
        return bool(self.beyond.evidence(top)[0] >= self.threshold)

    def is_done(self, width: float) -> bool:
        """Whether the interval is as narrow as asked, or all rates are within the margin."""
        low, high = self.interval()
        return high - low <= width + STEP / 2

    def needed(self, rates: Floats, side: int) -> Floats:
        """Repetitions at rates that should refute a frontier on the other side of each, (k,).

        Parameters
        ----------
        side : {1, -1}
            1: to show that a rate is within the margin; -1: beyond it.
        """
        bound, curve = (self.within if side == 1 else self.beyond), self.curve
        promise = side * (self.margin - curve.loss(rates)) / curve.spread(rates)
        missing = self.threshold - bound.evidence(rates, best=False)
        missing = np.where(bound.evidence(rates) >= self.threshold, 0.0, missing)
        return needed(promise, missing)

    def targets(self, width: float) -> tuple[float, float]:
        """Rates that an interval of a width about the estimate has as its ends, 0 and 1 at most.

        Where all seems within the margin, the lower one is 1.
        """
        rate = self.curve.frontier(self.margin)
        if rate >= 1:
            return 1.0, 1.0
        return max(rate - width / 2, 0.0), min(rate + width / 2, 1.0)

    def next_rates(self, width: float, left: float) -> tuple[float, ...]:
        """Rates worth seeing next: as near to the frontier as the repetitions left can decide.

        Parameters
        ----------
        width : float
            Of the interval asked for.
        left : float
            Repetitions that can still be paid for.
        """
        low, high = self.interval()
        lower, upper = self.targets(width)
        wanted = []
        if low < lower - STEP / 2:
            rates = _steps(STEP, lower)[::-1]
            wanted.append(_nearest(rates, self.needed(rates, 1), left))
        if lower < 1 and high > upper + STEP / 2:
            rates = _steps(upper, 1.0)
            wanted.append(_nearest(rates, self.needed(rates, -1), left))
        return tuple(sorted({each for each in wanted if each}))

    def missing(self, width: float) -> int:
        """Further repetitions that an interval of a width should take; `MOST_NEEDED` at most."""
        if self.is_done(width):
            return 0
        low, high = self.interval()
        lower, upper = self.targets(width)
        more = [0.0]
        if low < lower - STEP / 2:
            more.append(self.needed(np.array([lower]), 1)[0])
        if lower < 1 and high > upper + STEP / 2:
            more.append(self.needed(np.array([upper]), -1)[0])
        return int(np.ceil(max(more)))


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
    return np.asarray(np.minimum(np.maximum(missing, 0) / np.maximum(growth, 1e-12), MOST_NEEDED))


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
    asked for; each has as many repetitions as t tests need, to tell the rates next to the frontier
    from the margin in 4 of 5 cases. It is not corrected for the number of its rates.

    Returns
    -------
    (int, int)
        Rates above 0, and repetitions of each; `MOST_NEEDED` repetitions at most.
    """
    low, high = search.interval()
    rates = np.array([rate for rate in (low, high if search.harm_is_shown else 0.0) if rate])
    if not len(rates):
        return 0, 0
    curve = search.curve
    promises = np.abs(search.margin - curve.loss(rates)) / curve.spread(rates)
    reach = norm.isf((1 - search.confidence) / 2) + norm.isf(1 - POWER)
    repetitions = np.clip(np.ceil((reach / promises.min()) ** 2) + 2, 3, MOST_NEEDED)
    return int(np.ceil(1 / max(high - low, width) - 1e-9)), int(repetitions)


def _log_payment(stake: float) -> float:
    """Log of what a bet pays, log(1 + tanh(stake)), without overflow."""
    return float(np.log(2) - np.logaddexp(0, -2 * stake))


def _to_bet_on(promise: Floats) -> int:
    """Place of the first rate that promises a standard deviation, else of the most promising."""
    good = np.flatnonzero(promise >= 1)
    return int(good[0]) if len(good) else int(np.argmax(promise))


def _steps(first: float, last: float) -> Floats:
    """Rates to consider between two, both included."""
    inner = np.arange(np.ceil(first / STEP), np.floor(last / STEP) + 1) * STEP
    return np.asarray(np.round(np.clip(np.unique(np.r_[first, inner, last]), STEP, 1.0), 3))


def _nearest(rates: Floats, needs: Floats, left: float) -> float:
    """First rate that can be decided with what is left, else the one that needs the least."""
    if (needs >= MOST_NEEDED).all():
        return 0.0
    affordable = np.flatnonzero(needs <= left)
    return float(rates[affordable[0] if len(affordable) else np.argmin(needs)])


def _growths(promises: Floats) -> Floats:
    """Mean log payment of the best bet on normal losses at a distance, (k,), by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    stakes = promises[:, None] ** 2 + promises[:, None] * nodes
    payments = np.log(2) - np.logaddexp(0, -2 * stakes)
    return np.asarray(np.average(payments, axis=1, weights=weights))


_PROMISES = np.linspace(0, 6, 121)
_GROWTHS = np.maximum(_growths(_PROMISES), 0)
