"""What a generation is about to train on, as strategies see it and change it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mc.lineage.rows import as_slice
from mc.settings import Value, Values
from mc.types import Array, Labels, Probabilities, Rows

HUMAN = -1  # the origin of labels that people gave

Mask = NDArray[np.bool_]
Target = Array  # int8 classes, or float64 probabilities of the positive class


def classes(target: Target) -> Labels:
    """The likelier class of each label, int8; ties go to 0."""
    return target if target.dtype == np.int8 else (target > 0.5).astype(np.int8)


@dataclass(frozen=True, eq=False)
class Ledger:
    """What is known of all reviews collected so far; it lasts from generation to generation.

    Parameters
    ----------
    target : (n,) int8, or float64 in [0, 1]
        Label of each review: a class, or a probability. float64 only after a strategy has given
        probabilities as labels.
    origin : (n,) int16
        Generation whose model gave the label, or `HUMAN`.
    discarded : (n,) bool
        Whether no generation may train on it any more.
    verified : (n,) bool
        Whether somebody said if the machine's label is right.
    """

    target: Target
    origin: NDArray[np.int16]
    discarded: Mask
    verified: Mask

    @classmethod
    def empty(cls) -> "Ledger":
        """Before anything is collected."""
        kinds = (np.int8, np.int16, bool, bool)
        return cls(*(np.empty(0, kind) for kind in kinds))

    def extended(self, target: Labels, origin: NDArray[np.int16]) -> "Ledger":
        """The same with new rows, (m,), of these labels and origins."""
        none = np.zeros(len(target), bool)
        return Ledger(
            np.append(self.target, target),
            np.append(self.origin, origin),
            np.append(self.discarded, none),
            np.append(self.verified, none),
        )

    @property
    def size(self) -> int:
        """Rows collected so far."""
        return len(self.target)

    def measure(self, rows: slice | Rows, human: Labels) -> dict[str, float]:
        """What a generation trains on, in figures; see `mc.lineage.metrics.DESCRIPTIONS`.

        Parameters
        ----------
        rows : slice or (k,) int
            The training set.
        human : (n,) int8
            What people say.
        """
        wrong = classes(self.target[rows]) != human[rows]  # (k,)
        count = len(wrong)
        return {
            "train_size": float(count),
            "synthetic_share": float(np.mean(self.origin[rows] != HUMAN)) if count else 0.0,
            "label_error": float(np.mean(wrong)) if count else 0.0,
        }

    def measure_labels(self, train_size: float) -> dict[str, float]:
        """What people did so far; see `mc.lineage.metrics.LABEL_COUNTS`."""
        return {
            "human_labels": float(np.count_nonzero(self.origin == HUMAN)),
            "verified_labels": float(np.count_nonzero(self.verified)),
            "unused_share": 1 - train_size / self.size,
        }


@dataclass(frozen=True, eq=False)
class Selection:
    """What a generation trains on: rows of a ledger, and how they are fitted.

    Parameters
    ----------
    rows : slice or (k,) int, ascending
        A slice where no row between the first and the last is missing.
    backend_params : mapping
        Settings of the backend.
    weight : (k,) float64 above 0, optional
        How much each row counts; None: all the same.
    """

    rows: slice | Rows
    backend_params: Values
    weight: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """The training set of one generation before it is trained on.

    Parameters
    ----------
    step : int
        The generation that will train; 1 or more.
    new : slice
        Rows that came with this generation; it has labels for them already, those of the
        contaminated by the generation before.
    ledger : Ledger
        Of the ``size`` rows collected so far, this generation's included.
    trained : (size,) bool
        Rows that the regime trains on.
    weight : (size,) float64
        How much each row counts, 1 at first; not kept for the next generation.
    human : (size,) int8
        What people say. Strategies that use it for a row pay for it, see `asked` and `checked`.
    share : float in [0, 1]
        Positive share among the human labels of generation 0.
    backend, backend_params : str, mapping
        What will be fitted, and with which settings.
    judged_by : callable
        Generation to its probabilities on the new rows, (m,), not to be written to. Knows the
        newest generation, and those that the strategies of the recipe say they ask (``keeps``).
    rng : callable
        Name to a random generator of this replicate and generation.
    """

    step: int
    new: slice
    ledger: Ledger
    trained: Mask
    weight: NDArray[np.float64]
    human: Labels
    share: float
    backend: str
    backend_params: Values
    judged_by: Callable[[int], Probabilities]
    rng: Callable[[str], np.random.Generator]

    @property
    def size(self) -> int:
        """Rows collected so far."""
        return len(self.trained)

    @property
    def target(self) -> Target:
        """Label of each row, (size,)."""
        return self.ledger.target

    @property
    def is_synthetic(self) -> Mask:
        """Rows whose label a model gave, (size,)."""
        given: Mask = self.ledger.origin != HUMAN
        return given

    @property
    def selection(self) -> Selection:
        """The rows that are left to train on, with their weights and the settings."""
        rows = np.flatnonzero(self.trained & ~self.ledger.discarded & (self.weight > 0))
        weight = self.weight[rows]
        counts = None if (weight == 1).all() else weight
        return Selection(as_slice(rows), self.backend_params, counts)

    @property
    def new_synthetic(self) -> Rows:
        """Numbers of the new rows whose label a model gave, (k,), ascending."""
        rows: Rows = np.flatnonzero(self.is_synthetic[self.new]) + self.new.start
        return rows

    def committee(self, generations: int) -> Probabilities:
        """Mean probability of the last so many generations on the new rows, (m,)."""
        first = max(self.step - generations, 0)
        judged = [self.judged_by(each) for each in range(first, self.step)]
        mean: Probabilities = np.mean(judged, axis=0)
        return mean

    def labelled(self, rows: Rows, target: Target) -> "TrainingSet":
        """The same with other labels, (k,), that a model gave to some rows."""
        changed = self.target.astype(np.result_type(self.target, target))
        changed[rows] = target
        return replace(self, ledger=replace(self.ledger, target=changed))

    def asked(self, rows: Rows) -> "TrainingSet":
        """The same with human labels for some rows, which people are paid for."""
        target, origin = self.target.copy(), self.ledger.origin.copy()
        target[rows], origin[rows] = self.human[rows], HUMAN
        return replace(self, ledger=replace(self.ledger, target=target, origin=origin))

    def checked(self, rows: Rows) -> "TrainingSet":
        """The same after somebody has said of some rows' labels whether they are right."""
        verified = self.ledger.verified.copy()
        verified[rows] = True
        return replace(self, ledger=replace(self.ledger, verified=verified))

    def without(self, rows: Mask) -> "TrainingSet":
        """The same without some rows, (size,), now and for all later generations."""
        return replace(self, ledger=replace(self.ledger, discarded=self.ledger.discarded | rows))

    def trained_on(self, rows: Mask) -> "TrainingSet":
        """The same with another choice of rows, (size,), for this generation."""
        return replace(self, trained=rows)

    def weighted(self, factor: NDArray[np.float64]) -> "TrainingSet":
        """The same with each row counting so many times as much, (size,), for this generation."""
        return replace(self, weight=self.weight * factor)

    def with_settings(self, **settings: Value) -> "TrainingSet":
        """The same with other settings of the backend, for this generation."""
        return replace(self, backend_params={**self.backend_params, **settings})
