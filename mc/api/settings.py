"""What a program can ask for by name or number; checked as settings of the command line are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from mc import plugins
from mc.errors import ParameterError
from mc.lineage.view import REPRESENTATIONS
from mc.settings import OneOf, Settings, format_value

MAX_TEST_SIZE = 20_000  # by default
TEST_SHARE = 3  # one row in three is held out by default
STEPS = 10  # of growth by default
SHOWN = 6  # sizes in a message


class RateSettings(Settings):
    """One of the rates."""

    rate: float = Field(0.0, ge=0, le=1, description="share of each increment, as in conditions")


class LoopSettings(Settings):
    """How lineages go on, and how they are computed."""

    regime: Annotated[str, OneOf(plugins.names("regimes"))] = Field(
        "accumulate", description="rows that a generation trains on"
    )
    labelling: Annotated[str, OneOf(plugins.names("labellings"))] = Field(
        "argmax", description="how a model labels rows"
    )
    vocabulary: Annotated[str, OneOf(("training", "initial", "corpus"))] = Field(
        "training", description="rows that words, scales and categories come from"
    )
    representation: Annotated[str, OneOf(REPRESENTATIONS)] = Field(
        "auto", description="what the classifier sees of a row"
    )
    repetitions: int = Field(5, ge=1, le=10_000, description="independent replicates")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="base of all random streams")
    jobs: int = Field(1, ge=-1, le=1024, description="processes; -1 for one per core")


class SearchSettings(Settings):
    """Of the search for a tolerable rate."""

    margin: float = Field(0.005, ge=1e-6, le=1, description="largest loss that does not matter")
    confidence: float = Field(0.95, ge=0.5, le=0.999999, description="at all looks together")
    width: float = Field(0.1, ge=0.002, le=1, description="of the interval at which it ends")
    budget: int = Field(100, ge=1, le=1_000_000, description="lineages at most")
    first_repetitions: int = Field(5, ge=3, le=10_000, description="of the first look")


@dataclass(frozen=True)
class Growth:
    """Sizes of the generations, and of the test set.

    Parameters
    ----------
    sizes : tuple of int
        Rows collected up to each generation, ascending.
    test_size : int
        Held-out rows.
    """

    sizes: tuple[int, ...]
    test_size: int


def loop_settings(**given: object) -> LoopSettings:
    """Check what is not about the data.

    Raises
    ------
    ParameterError
        Names the parameter, what was given and what is allowed.
    """
    settings = LoopSettings.read({name: _plain(at) for name, at in given.items()})
    if settings.jobs == 0:
        raise ParameterError("jobs=0 must be a number of processes, or -1 for one per core")
    return settings


def search_settings(**given: object) -> SearchSettings:
    """Check what is asked of a search; raises as `loop_settings` does."""
    return SearchSettings.read({name: _plain(at) for name, at in given.items()})


def checked_rates(rates: Iterable[float], name: str = "rates") -> tuple[float, ...]:
    """Rates in rising order.

    >>> checked_rates([1, 0, 0.5])
    (0.0, 0.5, 1.0)
    >>> checked_rates([0, 1.2])
    Traceback (most recent call last):
        ...
    mc.errors.ParameterError: rates=[0, 1.2]: rate=1.2 must lie in [0, 1]
    """
    given = [_plain(rate) for rate in _listed(rates, name)]
    shown = f"{name}={given}"
    found = [RateSettings.read({"rate": rate}, shown).rate for rate in given]
    if not found:
        raise ParameterError(f"{shown} holds no rate; give one at least, as {name}=[0, 1]")
    if len(set(found)) < len(found):
        raise ParameterError(f"{shown} names a rate twice")
    return tuple(sorted(found))


def growth(
    n_rows: int,
    sizes: Iterable[int] | None,
    test_size: int | None,
    *,
    fixed_test_rows: int = 0,
    start: float = 1 / STEPS,
    steps: int = STEPS,
    same_rows: bool = False,
) -> Growth:
    """Sizes and test size that were asked for, or sensible ones.

    Parameters
    ----------
    n_rows : int
        Rows of the data, test rows included.
    sizes : iterable of int, optional
        Rows collected up to each generation; by default equal steps to the whole pool.
    test_size : int, optional
        Held-out rows; by default a third of the rows, 20,000 at most.
    fixed_test_rows : int
        Rows of a test set that the user gave; 0: none.
    start : float in (0, 1)
        Share of the pool with which it begins by default.
    steps : int
        Steps from there on by default.
    same_rows : bool
        Whether the rows of the first size come again and again; by default all of the pool.

    Raises
    ------
    ParameterError
        When sizes do not rise, are no multiples of the first where rows come again, or the data
        has too few rows.
    """
    if fixed_test_rows and test_size is not None:
        raise ParameterError(
            f"test_size={test_size} and X_test are two test sets; leave one of them out"
        )
    if test_size is None:
        test_size = fixed_test_rows or max(min(n_rows // TEST_SHARE, MAX_TEST_SIZE), 2)
    test_size = _whole(test_size, "test_size")
    pool = n_rows - test_size
    if test_size < 2 or (pool < 2 and not fixed_test_rows):
        raise ParameterError(f"test_size={test_size} must be at least 2, and at most {n_rows - 2}")
    if sizes is None and same_rows:
        return Growth(tuple(pool * number for number in range(1, steps + 2)), test_size)
    if sizes is None:
        return Growth(_equal_steps(pool, start, steps), test_size)
    wanted = tuple(_whole(size, "sizes") for size in _listed(sizes, "sizes"))
    shown = f"sizes=[{_shortened(wanted)}]"
    if not wanted:
        raise ParameterError(f"{shown} holds no size; give one at least")
    for before, size in zip((1, *wanted), wanted, strict=False):
        if size <= before:
            what = "at least 2" if before == 1 else f"more than the {before} before it"
            raise ParameterError(f"{shown}: size={size} must be {what}")
    uneven = [size for size in wanted if size % wanted[0]]
    if same_rows and uneven:
        raise ParameterError(
            f"{shown}: size={uneven[0]} must be a multiple of the first, {wanted[0]}, whose rows "
            "come again with same_rows"
        )
    needed = wanted[0 if same_rows else -1]
    if needed > pool:
        less = "" if fixed_test_rows else f" ({n_rows} rows less test_size={test_size})"
        remedy = "" if fixed_test_rows else ", or for a smaller test_size"
        raise ParameterError(
            f"{shown}: size={needed} is more than the pool of {pool} rows{less}; ask for "
            f"smaller sizes{remedy}"
        )
    return Growth(wanted, test_size)


def _equal_steps(pool: int, start: float, steps: int) -> tuple[int, ...]:
    """Sizes in equal steps up to the whole pool; fewer steps where it is small.

    >>> _equal_steps(1000, 0.1, 3)
    (100, 400, 700, 1000)
    """
    first = max(round(start * pool), 2)
    steps = min(steps, max(pool - first, 0))
    increment = (pool - first) // steps if steps else 0
    return tuple(pool - increment * (steps - number) for number in range(steps + 1))


def _listed(values: Iterable[object], name: str) -> list[object]:
    try:
        return list(values)
    except TypeError:
        raise ParameterError(f"{name}={values} must be a list, as {name}=[{values}]") from None


def _whole(value: object, name: str) -> int:
    plain = _plain(value)
    if isinstance(plain, float) and plain == int(plain):
        plain = int(plain)
    if not isinstance(plain, int) or isinstance(plain, bool):
        raise ParameterError(f"{name}={value!r} must be a whole number")
    return plain


def _plain(value: object) -> object:
    """A number of numpy as Python's."""
    return value.item() if isinstance(value, np.generic) else value


def _shortened(sizes: tuple[int, ...]) -> str:
    if len(sizes) <= SHOWN:
        return format_value(sizes).replace(",", ", ")
    return f"{sizes[0]}, {sizes[1]}, ..., {sizes[-1]}"
