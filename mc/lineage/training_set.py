"""The training set of a generation, as strategies see and change it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mc.lineage.probabilities import likeliest
from mc.lineage.rows import as_slice
from mc.settings import Value, Values
from mc.types import Array, Labels, Probabilities, Rows, Shares, label_type

HUMAN = -1  # the origin of human labels

Mask = NDArray[np.bool_]
Target = Array  # whole numbers of classes, or float64 probabilities, see `mc.lineage.probabilities`


def are_classes(target: Target) -> bool:
    """Whether labels are classes, not probabilities."""
    return np.issubdtype(target.dtype, np.integer)


def classes(target: Target) -> Labels:
    """The likeliest class of each label; ties go to the lowest."""
    return target if are_classes(target) else likeliest(target)


def as_rows(target: Target, n_classes: int) -> Target:
    """Labels of more than two classes as probabilities, (m, n_classes).

    >>> as_rows(np.array([1, 0]), 3)
    array([[0., 1., 0.],
           [1., 0., 0.]])
    """
    if target.ndim == 2:
        return target
    rows: Target = np.zeros((len(target), n_classes))
    rows[np.arange(len(target)), target] = 1
    return rows


@dataclass(frozen=True, eq=False)
class Ledger:
    """Labels of all reviews collected so far; passed on from generation to generation.

    Parameters
    ----------
    target : (n,) int, or float64 in [0, 1]; or (n, n_classes) float64
        Label of each row: a class, or after a strategy has made labels soft a probability; of more
        than two classes one for each.
    origin : (n,) int16
        Generation whose model gave the label, or `HUMAN`.
    discarded : (n,) bool
        Rows that no later generation trains on.
    verified : (n,) bool
        Rows whose machine label a person has checked.
    """

    target: Target
    origin: NDArray[np.int16]
    discarded: Mask
    verified: Mask

    @classmethod
    def empty(cls, n_classes: int = 2) -> "Ledger":
        """The ledger before generation 0."""
        dtypes = (label_type(n_classes), np.int16, bool, bool)
        return cls(*(np.empty(0, dtype) for dtype in dtypes))

    def extended(self, target: Labels, origin: NDArray[np.int16]) -> "Ledger":
        """Append new rows with these labels and origins, (m,)."""
        none = np.zeros(len(target), bool)
        added = target if self.target.ndim == 1 else as_rows(target, self.target.shape[1])
        return Ledger(
            np.concatenate([self.target, added]),
            np.append(self.origin, origin),
            np.append(self.discarded, none),
            np.append(self.verified, none),
        )

    @property
    def size(self) -> int:
        """Rows collected so far."""
        return len(self.target)

    def measure(self, rows: slice | Rows, human: Labels) -> dict[str, float]:
        """Metrics of a training set, see `mc.lineage.metrics.DESCRIPTIONS`.

        Parameters
        ----------
        rows : slice or (k,) int
            The training set.
        human : (n,) int
            Human labels.
        """
        wrong = classes(self.target[rows]) != human[rows]  # (k,)
        count = len(wrong)
        return {
            "train_size": float(count),
            "synthetic_share": float(np.mean(self.origin[rows] != HUMAN)) if count else 0.0,
            "label_error": float(np.mean(wrong)) if count else 0.0,
        }

    def measure_labels(self, train_size: float) -> dict[str, float]:
        """Human work so far, see `mc.lineage.metrics.LABEL_COUNTS`."""
        return {
            "human_labels": float(np.count_nonzero(self.origin == HUMAN)),
            "verified_labels": float(np.count_nonzero(self.verified)),
            "unused_share": 1 - train_size / self.size,
        }


@dataclass(frozen=True, eq=False)
class Selection:
    """The rows that a generation trains on, their weights, and the backend's settings.

    Parameters
    ----------
    rows : slice or (k,) int, ascending
        A slice if the rows are consecutive.
    backend_params : mapping
        Settings of the backend.
    weight : (k,) float64 above 0, optional
        Weight of each row; None: all equal.
    """

    rows: slice | Rows
    backend_params: Values
    weight: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """The training set of one generation, before training.

    Parameters
    ----------
    step : int
        The generation to be trained; 1 or more.
    new : slice
        Rows that this generation adds; they have labels already, the contaminated ones from the
        previous generation.
    ledger : Ledger
        Labels of the ``size`` rows collected so far, the new ones included.
    trained : (size,) bool
        Rows that the regime selects for training.
    weight : (size,) float64
        Weight of each row, 1 at first; not passed on to the next generation.
    human : (size,) int
        Human labels. A strategy that uses the label of a row must count it by `asked` or `checked`.
    share : float or (n_classes,) float, in [0, 1]
        Class shares among the human labels of generation 0: of class 1 where there are two.
    backend, backend_params : str, mapping
        The backend to be trained, and its settings.
    judged_by : callable
        Function from a generation to its probabilities on the new rows
        (`mc.lineage.probabilities`), not to be modified.
        Accepts the newest generation, and those in ``keeps`` of the recipe's strategies.
    rng : callable
        Function from a name to a random generator of this replicate and generation.
    n_classes : int
        Classes that labels can have.
    """

    step: int
    new: slice
    ledger: Ledger
    trained: Mask
    weight: NDArray[np.float64]
    human: Labels
    share: Shares
    backend: str
    backend_params: Values
    judged_by: Callable[[int], Probabilities]
    rng: Callable[[str], np.random.Generator]
    n_classes: int = 2

    @property
    def size(self) -> int:
        """Rows collected so far."""
        return len(self.trained)

    @property
    def target(self) -> Target:
        """Label of each row, see `Ledger`."""
        return self.ledger.target

    @property
    def is_synthetic(self) -> Mask:
        """Whether the label of each row is a model's, (size,)."""
        synthetic: Mask = self.ledger.origin != HUMAN
        return synthetic

    @property
    def selection(self) -> Selection:
        """The rows to train on, with their weights and the settings."""
        rows = np.flatnonzero(self.trained & ~self.ledger.discarded & (self.weight > 0))
        weight = self.weight[rows]
        weights = None if (weight == 1).all() else weight
        return Selection(as_slice(rows), self.backend_params, weights)

    @property
    def new_synthetic(self) -> Rows:
        """The new rows with labels of a model, (k,), ascending."""
        rows: Rows = np.flatnonzero(self.is_synthetic[self.new]) + self.new.start
        return rows

    def committee(self, generations: int) -> Probabilities:
        """Mean probabilities of the last ``generations`` generations on the new rows."""
        first = max(self.step - generations, 0)
        judged = [self.judged_by(generation) for generation in range(first, self.step)]
        mean: Probabilities = np.mean(judged, axis=0)
        return mean

    def labelled(self, rows: Rows, target: Target) -> "TrainingSet":
        """Replace the labels of some rows by others of a model: classes, (k,), or probabilities."""
        known = self.target
        if max(known.ndim, target.ndim) == 2:
            known, target = as_rows(known, self.n_classes), as_rows(target, self.n_classes)
        changed = known.astype(np.result_type(known, target))  # a copy
        changed[rows] = target
        return replace(self, ledger=replace(self.ledger, target=changed))

    def asked(self, rows: Rows) -> "TrainingSet":
        """Replace the labels of some rows by human ones, which count as human work."""
        target, origin, human = self.target.copy(), self.ledger.origin.copy(), self.human[rows]
        target[rows] = human if target.ndim == 1 else as_rows(human, self.n_classes)
        origin[rows] = HUMAN
        return replace(self, ledger=replace(self.ledger, target=target, origin=origin))

    def checked(self, rows: Rows) -> "TrainingSet":
        """Mark the labels of some rows as verified, which counts as human work."""
        verified = self.ledger.verified.copy()
        verified[rows] = True
        return replace(self, ledger=replace(self.ledger, verified=verified))

    def without(self, rows: Mask) -> "TrainingSet":
        """Discard rows, (size,), for this and all later generations."""
        return replace(self, ledger=replace(self.ledger, discarded=self.ledger.discarded | rows))

    def trained_on(self, rows: Mask) -> "TrainingSet":
        """Train on other rows, (size,), in this generation."""
        return replace(self, trained=rows)

    def weighted(self, factor: NDArray[np.float64]) -> "TrainingSet":
        """Multiply the weights of rows, (size,), in this generation."""
        return replace(self, weight=self.weight * factor)

    def with_settings(self, **settings: Value) -> "TrainingSet":
        """Change settings of the backend in this generation."""
        return replace(self, backend_params={**self.backend_params, **settings})
