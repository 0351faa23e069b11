"""The rows of a replicate as the classifier of each generation sees them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from mc.data.features import Features
from mc.data.table import RAW, TABLE, Numbers, Raw, Table, TableRepresenter
from mc.data.vectoriser import TEXT_WEIGHTINGS, Representation
from mc.errors import ParameterError
from mc.lineage import backends
from mc.lineage.replicate import Replicate
from mc.lineage.rows import take
from mc.lineage.vocabulary import TextView
from mc.types import Matrix, PreparedRows, Representer, Rows

if TYPE_CHECKING:
    from mc.lineage.loop import Condition

AUTO = "auto"  # what the backend declares, for texts; columns as numbers, for tables
REPRESENTATIONS = (AUTO, *TEXT_WEIGHTINGS, TABLE, RAW)


class View(Protocol):
    """What a lineage trains and tests on.

    Attributes
    ----------
    representers : sequence of Representer
        Of each generation: turns rows of the corpus into what its classifier sees.
    """

    @property
    def representers(self) -> Sequence[Representer]: ...
    def collected(self, step: int, rows: slice | Rows) -> Matrix:
        """Some of the collected rows as generation ``step`` sees them, (m, k)."""

    def held_out(self, step: int) -> Matrix:
        """The held-out rows as generation ``step`` sees them, (test_size, k)."""


def view_of(rows: PreparedRows, condition: "Condition", draws: Replicate) -> View:
    """The view of a replicate.

    Raises
    ------
    ParameterError
        When the representation is not one of such rows.
    """
    check(rows, condition.representation)
    if isinstance(rows, Table):
        return TableView(rows, condition, draws)
    if isinstance(rows, Numbers):
        return NumbersView(rows, condition, draws)
    assert isinstance(rows, Features)
    return TextView(rows, condition, draws, wanted(condition))


def check(rows: PreparedRows, representation: str) -> None:
    """Refuse a representation of texts for tables, and the other way round.

    Raises
    ------
    ParameterError
        Names those that there are.
    """
    what, known = "texts", [AUTO, *TEXT_WEIGHTINGS]
    if isinstance(rows, Table):
        what, known = "a table", [AUTO, TABLE, RAW]
    if isinstance(rows, Numbers):
        what, known = "numbers", [AUTO, RAW]
    if representation not in known:
        raise ParameterError(
            f"representation={representation} does not fit data={rows.about['name']!r}, which "
            f"holds {what}; choose from {', '.join(known)}"
        )


def wanted(condition: "Condition") -> Representation:
    """The representation of texts that a condition asks for, else that its backend declares."""
    declared = backends.find(condition.backend).representation
    if condition.representation == AUTO:
        return declared
    kept = declared.keep_places and condition.representation == declared.weighting
    return replace(declared, weighting=condition.representation, keep_places=kept)


class TableView:
    """Rows of a table, whose columns become numbers by what the rows collected so far hold.

    Parameters
    ----------
    table : Table
        All rows of the corpus.
    condition : Condition
        Its sizes, vocabulary and representation matter.
    draws : Replicate
        Which rows are collected and held out.
    """

    def __init__(self, table: Table, condition: "Condition", draws: Replicate) -> None:
        self._collected, self._held_out = table.take(draws.order), table.take(draws.test)
        sizes = condition.sizes
        if condition.representation == RAW:
            self.representers: Sequence[Representer] = [Raw()] * len(sizes)
        elif condition.vocabulary == "corpus":
            self.representers = [TableRepresenter.fit(table.frame)] * len(sizes)
        else:
            known = sizes if condition.vocabulary == "training" else sizes[:1]
            fitted = [TableRepresenter.fit(self._collected[:size]) for size in known]
            self.representers = fitted if len(fitted) == len(sizes) else fitted * len(sizes)

    def collected(self, step: int, rows: slice | Rows) -> Matrix:
        """Some of the collected rows as generation ``step`` sees them."""
        return self.representers[step].transform(self._collected.iloc[rows])

    def held_out(self, step: int) -> Matrix:
        """The held-out rows as generation ``step`` sees them."""
        return self.representers[step].transform(self._held_out)


class NumbersView:
    """Rows that are numbers already, as they are.

    Parameters
    ----------
    numbers : Numbers
        All rows of the corpus.
    condition : Condition
        How many generations there are.
    draws : Replicate
        Which rows are collected and held out.
    """

    def __init__(self, numbers: Numbers, condition: "Condition", draws: Replicate) -> None:
        self._collected, self._held_out = numbers.X[draws.order], numbers.X[draws.test]
        self.representers: Sequence[Representer] = [Raw()] * len(condition.sizes)

    def collected(self, step: int, rows: slice | Rows) -> Matrix:
        """Some of the collected rows; a slice is a view of them."""
        return take(self._collected, rows)

    def held_out(self, step: int) -> Matrix:
        """The held-out rows."""
        return self._held_out
