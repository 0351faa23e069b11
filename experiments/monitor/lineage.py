"""Lineages under a label-free monitor: each generation predicts fresh reviews without labels.

Pure and deterministic. The lineage itself is `mc.lineage.loop`'s, its numbers do not depend on the
monitor. Labels of the held-out reviews judge the monitor; it never sees them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.monitor.signals import input_signals, prediction_signals, reference_signals
from mc.data.features import Features
from mc.data.vectoriser import holders
from mc.lineage.corpus import open_rows
from mc.lineage.loop import Condition, State, TrainedModel, lineage
from mc.lineage.probabilities import likeliest
from mc.lineage.replicate import Replicate
from mc.lineage.view import some
from mc.types import About, GenerationRecord, Labels, Matrix, PreparedRows, Rows

VERSION = 2  # raise when a change alters numbers: stored lineages are then not reused
SLICE = "{}/slice_{}"  # a metric of a slice; numbered, since names may hold anything
MIN_TESTED = 100  # held-out reviews of a slice that has its own number
OTHERS = "others"
KEPT = ("accuracy", "roc_auc", "label_error")


@dataclass(frozen=True)
class Watched(Condition):
    """A condition under a monitor.

    Parameters
    ----------
    window : int
        Fresh reviews that each generation predicts.
    """

    window: int = 500

    @property
    def fresh(self) -> int:
        """Reviews that the monitor needs besides training and test."""
        return self.window * len(self.sizes)


@dataclass(frozen=True, eq=False)
class WatchedState:
    """Where a lineage under a monitor stands.

    Parameters
    ----------
    lineage : State
        Of the lineage.
    frozen : TrainedModel
        Generation 0, which later ones are compared with.
    """

    lineage: State
    frozen: TrainedModel


@dataclass(frozen=True, eq=False)
class WatchedCorpus:
    """A corpus with its larger product slices.

    Parameters
    ----------
    features : Features or Table
        The corpus.
    names : tuple of str
        Slices, the largest first; small ones together are the last.
    places : (n,) int
        The slice of each review, a place in ``names``.
    """

    features: PreparedRows
    names: tuple[str, ...]
    places: NDArray[np.intp]

    @property
    def labels(self) -> Labels:
        """Human labels."""
        return self.features.labels

    @property
    def about(self) -> About:
        """The corpus, for people."""
        return self.features.about


def open_watched(folder: Path, test_size: int) -> WatchedCorpus:
    """Open a prepared corpus, and number the slices that a test of that size can judge."""
    features = open_rows(folder)
    codes, found = pd.factorize(np.asarray(features.groups))
    counts = Counter(codes.tolist())
    least = MIN_TESTED / test_size * len(codes)
    large = [code for code, count in counts.most_common() if count >= least]
    names = [str(found[code]) or OTHERS for code in large]
    place_of = np.full(len(found), len(large))
    place_of[large] = np.arange(len(large))
    has_others = len(large) < len(found)
    return WatchedCorpus(features, (*names, *[OTHERS] * has_others), place_of[codes])


def breed(
    corpus: WatchedCorpus, condition: Watched, replicate: int, after: WatchedState | None = None
) -> Iterator[GenerationRecord]:
    """Run a lineage and measure the signals of each generation.

    Yields
    ------
    GenerationRecord
        Signals of the generation's own window; ``accuracy`` and other figures on held-out
        reviews, also of each slice.
    """
    rows, human = corpus.features, corpus.features.labels
    windows = fresh_windows(len(human), condition, replicate)
    test = Replicate.draw(len(human), condition, replicate).test
    X_test, truth, places = some(rows, test), human[test], corpus.places[test]
    has_texts = isinstance(rows, Features)
    frozen = after.frozen if after else None
    resumed = after.lineage if after else None
    for generation in lineage(corpus.features, condition, replicate, after=resumed):
        model, state = generation.model, generation.state
        frozen = model if frozen is None else frozen
        right = likeliest(model.probabilities(X_test)) == truth
        metrics = (
            watch(some(rows, windows[state.step]), model, frozen, has_texts=has_texts)
            | {name: generation.metrics[name] for name in KEPT}
            | _by_slice(right, places, len(corpus.names))
        )
        yield GenerationRecord(metrics, model, WatchedState(state, frozen))


def fresh_windows(n_rows: int, condition: Watched, replicate: int) -> NDArray[np.int64]:
    """Corpus rows of all windows, (windows, window): disjoint, and from training and test, too."""
    longer = replace(condition, sizes=(*condition.sizes, condition.final_size + condition.fresh))
    order: Rows = Replicate.draw(n_rows, longer, replicate).order
    return order[condition.final_size :].reshape(-1, condition.window)


def watch(
    X: Matrix, model: TrainedModel, frozen: TrainedModel, *, has_texts: bool
) -> dict[str, float]:
    """All signals of one window, of which ``X`` has the rows: of texts counts of their terms."""
    probability = model.probabilities(X)
    reference = probability if model is frozen else frozen.probabilities(X)
    seen = prediction_signals(probability) | reference_signals(probability, reference)
    return seen | input_signals(holders(X)) if has_texts else seen


def of_slice(metric: str, place: int) -> str:
    """Name of a metric of one slice."""
    return SLICE.format(metric, place)


def _by_slice(right: NDArray[np.bool_], places: NDArray[np.intp], many: int) -> dict[str, float]:
    """Accuracy of each slice; NaN for one of which the test holds no review."""
    counts = np.bincount(places, minlength=many)
    hits = np.bincount(places, right, minlength=many)
    shares = np.divide(hits, counts, out=np.full(many, np.nan), where=counts > 0)
    return {of_slice("accuracy", place): float(share) for place, share in enumerate(shares)}
