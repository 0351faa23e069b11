"""The rows of a replicate as the classifier of each generation sees them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from mc.data.features import Features
from mc.data.raw_texts import AsTheyAre, RawTexts, as_array
from mc.data.table import TABLE, Numbers, RawColumns, Table, TableRepresenter
from mc.data.vectoriser import RAW, TEXT_WEIGHTINGS, Representation
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
    check(rows, condition)
    if isinstance(rows, Table):
        return TableView(rows, condition, draws)
    if isinstance(rows, Numbers):
        return NumbersView(rows, condition, draws)
    if isinstance(rows, RawTexts):
        return RawTextView(rows, condition, draws)
    assert isinstance(rows, Features)
    return TextView(rows, condition, draws, wanted(condition))


def some(rows: PreparedRows, chosen: Rows) -> Matrix:
    """Some rows of a corpus, as a `Representer` takes them."""
    if isinstance(rows, Table):
        return rows.take(chosen)
    if isinstance(rows, RawTexts):
        return as_array(rows.texts.take(chosen))
    assert isinstance(rows, Features | Numbers)
    return rows.X[chosen]


def reads_raw(backend: str, representation: str) -> bool:
    """Whether a backend gets texts as they are, and not their words counted."""
    if representation != AUTO:
        return representation == RAW
    return backends.find(backend).representation.weighting == RAW


def check(rows: PreparedRows, condition: "Condition") -> None:
    """Refuse a representation or a vocabulary that does not fit the rows.

    Raises
    ------
    ParameterError
        Says what the rows are, and names the representations that there are of them.
    """
    check_representation(rows, condition.representation)
    is_raw = reads_raw(condition.backend, condition.representation)
    backend = backends.find(condition.backend)
    is_foreign = backends.is_foreign(backend)
    name = str(backend) if is_foreign else f"backend={condition.backend}"
    needs_texts, has_texts = reads_raw(condition.backend, AUTO), isinstance(rows, RawTexts)
    if needs_texts and not is_raw:
        raise ParameterError(
            f"representation={condition.representation} does not fit {name}, which begins with a "
            "vectoriser and reads texts; leave representation out"
        )
    if needs_texts and not has_texts:
        raise ParameterError(
            f"{name} begins with a vectoriser, which reads texts, but "
            f"data={rows.about['name']!r} holds {_content(rows)}; name one without a vectoriser"
        )
    if has_texts and not (needs_texts or is_foreign):
        raise ParameterError(
            f"representation=raw does not fit {name}, which reads numbers; it is for pipelines "
            "that begin with a vectoriser"
        )
    if is_raw and condition.vocabulary != "training":
        raise ParameterError(
            f"vocabulary={condition.vocabulary} does not fit representation=raw: what a pipeline "
            "knows comes from the rows that it is fitted on; leave vocabulary out"
        )


def check_representation(rows: PreparedRows, representation: str) -> None:
    """Refuse a representation of texts for tables, and the other way round.

    Raises
    ------
    ParameterError
        Names those that there are.
    """
    what, known = _content(rows), [AUTO, *TEXT_WEIGHTINGS]
    if isinstance(rows, Table):
        known = [AUTO, TABLE, RAW]
    if isinstance(rows, Numbers | RawTexts):
        known = [AUTO, RAW]
    if representation not in known:
        raise ParameterError(
            f"representation={representation} does not fit data={rows.about['name']!r}, which "
            f"holds {what}; choose from {', '.join(known)}"
        )


def _content(rows: PreparedRows) -> str:
    if isinstance(rows, Table):
        return "a table"
    if isinstance(rows, Numbers):
        return "numbers"
    return "texts" if isinstance(rows, RawTexts) else "texts whose words are counted"


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
            self.representers: Sequence[Representer] = [RawColumns()] * len(sizes)
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
        self.representers: Sequence[Representer] = [RawColumns()] * len(condition.sizes)

    def collected(self, step: int, rows: slice | Rows) -> Matrix:
        """Some of the collected rows; a slice is a view of them."""
        return take(self._collected, rows)

    def held_out(self, step: int) -> Matrix:
        """The held-out rows."""
        return self._held_out


class RawTextView:
    """Texts as they are: what a classifier knows of words it learns from the rows it is fitted on.

    Parameters
    ----------
    rows : RawTexts
        All texts of the corpus.
    condition : Condition
        How many generations there are.
    draws : Replicate
        Which texts are collected and held out.
    """

    def __init__(self, rows: RawTexts, condition: "Condition", draws: Replicate) -> None:
        self._collected = rows.texts.take(draws.order)  # these stay on disk
        self._held_out = as_array(rows.texts.take(draws.test))
        self.representers: Sequence[Representer] = [AsTheyAre()] * len(condition.sizes)

    def collected(self, step: int, rows: slice | Rows) -> Matrix:
        """Some of the collected texts, (m,) object."""
        return as_array(self._collected.take(rows))

    def held_out(self, step: int) -> Matrix:
        """The held-out texts, (test_size,) object."""
        return self._held_out
