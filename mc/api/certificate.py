"""The largest rate whose loss stays within a margin, for data in memory: `tolerable_rate`."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

import pandas as pd

from mc.api import running
from mc.api.collapse import check_test_rows, condition
from mc.api.models import model_of
from mc.api.rows import FIXED, in_words, rows_of
from mc.api.settings import checked_rates, growth, loop_settings, search_settings
from mc.errors import ParameterError
from mc.progress import notebook_bar
from mc.statistics.search import Search, next_batch, reversals
from mc.types import AnyEstimator, Array, Matrix

FIRST_RATES = (0.05, 0.2, 0.5, 1.0)
START, STEPS = 0.5, 4  # of growth by default: share of the pool, and steps from there
ASSUMED = (
    "a higher rate does not lose less",
    "between two neighbouring rates of the search the mean loss runs straight",
    "paired losses scatter symmetrically about their mean",
    "repetitions draw their rows from this data, so that other data may tolerate another rate",
)

Lineage = tuple[float, int, float]  # rate, replicate, loss


@dataclass(frozen=True, eq=False, repr=False)
class Certificate:
    """How much of the new rows a model may label, and how surely that is known.

    Parameters
    ----------
    rate : float in [0, 1]
        Estimate of the largest rate whose mean loss stays within the margin.
    low, high : float in [0, 1]
        Interval of it, which holds at all looks of the search together. 0 and 1 mean that no bound
        is known.
    margin, confidence : float
        Largest loss of accuracy that does not matter; chance that the interval holds.
    is_done : bool
        Whether the interval is as narrow as asked.
    missing : int
        Further repetitions that a narrow interval should take.
    harm_is_shown : bool
        Whether some rate is known to lose more than the margin.
    losses : DataFrame
        A row a lineage above rate 0: rate, replicate, loss of accuracy against rate 0 of the same
        replicate.
    assumed : tuple of str
        What the interval takes for granted.
    doubts : tuple of str
        Signs in the losses against what is assumed.
    repetitions, lineages, fits : int
        What it cost: repetitions, lineages, trainings.
    seconds : float
        Wall time.
    title : str
        Model, data and growth in words.
    """

    rate: float
    low: float
    high: float
    margin: float
    confidence: float
    is_done: bool
    missing: int
    harm_is_shown: bool
    losses: pd.DataFrame
    assumed: tuple[str, ...]
    doubts: tuple[str, ...]
    repetitions: int
    lineages: int
    fits: int
    seconds: float
    title: str

    def __repr__(self) -> str:
        """Answer, assumptions and cost, a line each."""
        return "\n".join([self.title, *self._lines()])

    def _repr_html_(self) -> str:
        """The same for a notebook."""
        answer, *others = self._lines()
        listed = "".join(f"<li>{escape(line)}</li>" for line in others)
        return (
            f"<div><strong>{escape(self.title)}</strong><p>{escape(answer)}</p>"
            f"<ul>{listed}</ul></div>"
        )

    def _lines(self) -> list[str]:
        known = f"[{self.low:.2f}, {self.high:.2f}]"
        lines = [
            f"tolerable rate {self.rate:.2f} {known}: the loss stays within "
            f"{100 * self.margin:g} points ({self.confidence:.0%}, at all looks together)"
        ]
        if not self.harm_is_shown:
            lines.append("no rate is shown to lose more than the margin")
        if not self.is_done:
            lines.append(
                f"the interval is wider than asked: about {self.missing:,} more repetitions"
            )
        return [
            *lines,
            f"assumed: {'; '.join(self.assumed)}",
            *(f"doubt: {doubt}" for doubt in self.doubts),
            f"cost: {self.repetitions} repetitions, {self.lineages} lineages, {self.fits} fits, "
            f"{self.seconds:.0f} s",
        ]


def tolerable_rate(
    X: Matrix,
    y: Array | Sequence[object],
    *,
    model: AnyEstimator = "logistic",
    margin: float = 0.005,
    confidence: float = 0.95,
    width: float = 0.1,
    budget: int = 100,
    regime: str = "accumulate",
    labelling: str = "argmax",
    strategy: str = "none",
    sizes: Iterable[int] | None = None,
    test_size: int | None = None,
    X_test: Matrix = None,
    y_test: Array | Sequence[object] | None = None,
    representation: str = "auto",
    vocabulary: str = "training",
    first_rates: Iterable[float] = FIRST_RATES,
    first_repetitions: int = 5,
    seed: int = 0,
    jobs: int = 1,
    progress: bool = True,
    name: str = "X",
) -> Certificate:
    """Search for the largest rate whose loss of accuracy stays within a margin.

    The search looks after each batch of repetitions, spends the next where the answer is least
    certain, and stops when the interval is narrow or the budget spent. The interval holds at all
    looks together (`mc.statistics.search`).

    Parameters
    ----------
    X, y, model, regime, labelling, strategy, test_size, X_test, y_test : optional
        As of `mc.collapse`; so are representation, vocabulary, seed, jobs, progress and name.
    margin : float in [1e-6, 1]
        Largest loss of accuracy that does not matter, as a share: 0.005 is half a point.
    confidence : float in [0.5, 0.999999]
        Chance that the interval holds.
    width : float in [0.002, 1]
        Of the interval at which the search ends.
    budget : int from 1
        Lineages at most; a repetition takes one for each of its rates, and one for rate 0.
    sizes : iterable of int, optional
        As of `mc.collapse`; by default from half of the pool in four steps to all of it.
    first_rates : iterable of float in (0, 1]
        Rates of the first look.
    first_repetitions : int from 3
        Repetitions of the first look.

    Returns
    -------
    Certificate
        Estimate, interval, what was assumed and what it cost.

    Raises
    ------
    ParameterError, DataError
        As of `mc.collapse`; and where the budget does not suffice for the first look.

    Examples
    --------
    >>> import mc
    >>> from sklearn.datasets import load_breast_cancer
    >>> X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    >>> certificate = mc.tolerable_rate(X, y, margin=0.1, first_rates=[1], first_repetitions=4,
    ...                                 budget=20, sizes=[100, 200], progress=False)
    >>> certificate.low <= certificate.rate <= certificate.high
    True
    >>> len(certificate.losses) + certificate.repetitions == certificate.lineages
    True
    """
    began = time.perf_counter()
    wanted = search_settings(
        margin=margin,
        confidence=confidence,
        width=width,
        budget=budget,
        first_repetitions=first_repetitions,
    )
    settings = loop_settings(
        regime=regime,
        labelling=labelling,
        vocabulary=vocabulary,
        representation=representation,
        seed=seed,
        jobs=jobs,
    )
    first = [_above_zero(first_rates)] * wanted.first_repetitions
    cost = sum(1 + len(rates) for rates in first)
    if cost > wanted.budget:
        raise ParameterError(
            f"budget={wanted.budget} is less than the {cost} lineages of the first look; raise it, "
            "or ask for fewer first_rates or first_repetitions"
        )
    chosen = model_of(model)
    seen = chosen.seen(representation)
    rows = rows_of(X, y, X_test=X_test, y_test=y_test, representation=seen, name=name)
    sizing = growth(
        len(rows.labels),
        sizes,
        test_size,
        fixed_test_rows=rows.about.get(FIXED, 0),
        start=START,
        steps=STEPS,
    )
    human = condition(chosen, rows, settings, sizing, strategy)
    search, spent, lineages = Search(wanted.margin, wanted.confidence), 0, list[Lineage]()
    bar = notebook_bar(wanted.budget, "lineages at most", is_shown=progress)
    try:
        while batch := next_batch(search, first, width=wanted.width, budget=wanted.budget - spent):
            check_test_rows(rows, human, (search.replicates + n for n in range(len(batch))))
            cells = [
                (replace(human, rate=rate), search.replicates + number)
                for number, rates in enumerate(batch)
                for rate in (0.0, *rates)
            ]
            courses = running.run(rows, chosen, cells, settings.jobs)
            for replicate, losses in _losses(cells, courses).items():
                search.learn(losses)
                lineages += [(rate, replicate, loss) for rate, loss in losses.items()]
            spent += len(cells)
            bar.update(len(cells))
    finally:
        bar.close()
    low, high = search.interval()
    losses_frame = pd.DataFrame(lineages, columns=["rate", "replicate", "loss"])
    return Certificate(
        rate=search.estimate(),
        low=low,
        high=high,
        margin=wanted.margin,
        confidence=wanted.confidence,
        is_done=search.is_done(wanted.width),
        missing=search.missing(wanted.width),
        harm_is_shown=search.harm_is_shown,
        losses=losses_frame,
        assumed=ASSUMED,
        doubts=_doubts(losses_frame, wanted.confidence),
        repetitions=search.replicates,
        lineages=spent,
        fits=spent * len(sizing.sizes),
        seconds=time.perf_counter() - began,
        title=f"{chosen.name} on {in_words(rows)}, {len(sizing.sizes)} generations from "
        f"{sizing.sizes[0]:,} to {sizing.sizes[-1]:,} rows",
    )


def _above_zero(first_rates: Iterable[float]) -> tuple[float, ...]:
    """Rates of the first look, without rate 0, which every repetition has anyway."""
    rates = tuple(rate for rate in checked_rates(first_rates, "first_rates") if rate)
    if not rates:
        raise ParameterError("first_rates=[0] must hold a rate above 0")
    return rates


def _losses(
    cells: Sequence[running.Cell], courses: Sequence[running.Course]
) -> dict[int, dict[float, float]]:
    """Replicate to rate to loss of accuracy against rate 0, at the last generation."""
    ends = {
        (replicate, condition.rate): course[-1]["accuracy"]
        for (condition, replicate), course in zip(cells, courses, strict=True)
    }
    losses: dict[int, dict[float, float]] = {}
    for (replicate, rate), accuracy in ends.items():
        if rate:
            losses.setdefault(replicate, {})[rate] = ends[replicate, 0.0] - accuracy
    return losses


def _doubts(losses: pd.DataFrame, confidence: float) -> tuple[str, ...]:
    """Pairs of rates of which the lower one loses more, beyond chance."""
    return tuple(
        f"rate {pair.lower:g} loses {100 * pair.excess:.2g} points more than rate {pair.higher:g}"
        for pair in reversals(losses, confidence).itertuples()
    )
