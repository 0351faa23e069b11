"""The data that the rooms of the house hand each other. Knows numpy, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.signedinteger[Any]]  # numbers of classes; of reviews 0 negative, 1 positive
SMALL = 127  # classes up to which a label takes one byte
Probabilities = NDArray[np.float64]  # see `mc.lineage.probabilities`
Shares = float | NDArray[np.float64]  # of class 1 where there are two, else of each class
Rows = NDArray[np.int64]
Slices = NDArray[np.int32]  # places in an array of names
Array = NDArray[Any]  # of elements of any type
Matrix = Any  # rows as numbers: sparse of texts, an array or a frame of tables
About = Mapping[str, Any]  # what a prepared corpus says of itself, read from JSON
AnySetting = Any  # the value of one, of whatever type an estimator takes
AnySettings = Any  # a class of settings, or what reads them in the same way
AnyEstimator = Any  # of scikit-learn, or like one of it
Steps = list[tuple[str, AnyEstimator]]  # of a pipeline of scikit-learn
Row = Any  # of a table, as pandas' itertuples and iterrows give it
REVIEW_CLASSES = ("negative", "positive")
Look = dict[str, Any]  # how matplotlib draws something: its keyword arguments
# The engine hands these on and looks into none of them; the loop that yields them knows their type.
AnyCondition = Any  # all that defines a lineage but its replicate
AnyCorpus = Any  # loaded, or prepared for a loop
AnyModel = Any  # a classifier, a writer, a ranker
AnyState = Any  # all that the next generations of a loop depend on


def label_type(n_classes: int) -> type[np.signedinteger[Any]]:
    """The type of labels of so many classes.

    >>> label_type(2).__name__, label_type(1000).__name__
    ('int8', 'int16')
    """
    return np.int8 if n_classes <= SMALL else np.int16


@dataclass(frozen=True)
class Corpus:
    """Labelled reviews, cleaned and without duplicates.

    Parameters
    ----------
    name : str
        What the user asked for: ``simulated``, a file's name.
    texts : sequence of n str
        Title and body of each review.
    labels : (n,) int
        Human labels: places in ``classes``; of reviews 1 for 4-5 stars, 0 for 1-2 stars.
    slices : (n,) int32
        Product slice of each review: a place in ``slice_names``.
    slice_names : (g,) str
        The product slices; empty for unknown.
    digest : str
        Hex digest of all of the above.
    counts : mapping
        Rows read, used and dropped by reason, for people to see.
    classes : tuple of str
        Names of the classes, two or more.
    """

    name: str
    texts: Sequence[str]
    labels: Labels
    slices: Slices
    slice_names: NDArray[np.str_]
    digest: str
    counts: Mapping[str, int] = field(default_factory=dict)
    classes: tuple[str, ...] = REVIEW_CLASSES

    @property
    def groups(self) -> NDArray[np.str_]:
        """Name of each review's product slice, (n,); made anew at each look."""
        return self.slice_names[self.slices]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, eq=False)
class GenerationRecord:
    """One generation of a lineage: what a loop yields, and what the engine streams and keeps.

    Parameters
    ----------
    metrics : mapping of str to float
        Name to value; NaN where there is none. The same names in every generation.
    model : object, optional
        What the loop retrains: a classifier, a writer, a ranker.
    state : object, optional
        All that the next generations depend on. A loop that yields it can resume there.
    notes : mapping of str to str
        Words that the table of generations shows next to the metrics. The same names in every
        generation.
    texts : mapping of str to str
        File name to a text for people to read.
    arrays : mapping of str to array
        Kept as one artifact, stacked over the generations.
    """

    metrics: Mapping[str, float]
    model: AnyModel = None
    state: AnyState = None
    notes: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict)


class Prepared(Protocol):
    """A corpus as numbers, of whatever kind.

    Attributes
    ----------
    labels : (n,) int
        Human labels; empty where it has none.
    about : mapping
        ``name``, ``digest``, ``counts`` and names of the ``classes`` of the corpus.
    """

    @property
    def labels(self) -> Labels: ...
    @property
    def about(self) -> About: ...


class PreparedRows(Prepared, Protocol):
    """A corpus of which every row has a class.

    Attributes
    ----------
    classes : tuple of str
        Names of the classes; two or more.
    groups : (n,) str
        Product slice of each row; empty where it has none.
    """

    @property
    def classes(self) -> tuple[str, ...]: ...
    @property
    def groups(self) -> NDArray[np.str_]: ...
    def chosen(self, rows: Rows) -> Self:
        """A corpus of some of the rows, (m,) int."""


class Representer(Protocol):
    """Turns rows of a corpus into what a classifier sees."""

    def transform(self, X: Matrix) -> Matrix:
        """Rows of the corpus, m of them, to (m, k) numbers."""

    def steps(self, terms: Array) -> Steps:
        """Fitted scikit-learn steps that do the same to what users have: texts, or a frame.

        Parameters
        ----------
        terms : (d,) str
            What the columns of a corpus of texts stand for.
        """


class Classifier(Protocol):
    """What a backend's ``fit`` returns: a fitted scikit-learn classifier."""

    classes_: Array

    def predict_proba(self, X: Matrix) -> NDArray[np.floating]:
        """Class probabilities, (m, number of classes)."""
