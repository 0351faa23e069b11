"""Stars and labels in any notation to codes: positive, negative or not usable."""

import re
from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from mc.errors import DataError
from mc.types import Labels

Codes = Labels

# Codes of ratings. A label that is a number becomes PENDING + number until all numbers of its
# column have been seen, since 1 is negative in some files and positive in others.
NEGATIVE, POSITIVE, UNRATED, NEUTRAL, TOO_HIGH, PENDING = 0, 1, -1, -2, -3, 20

SCALES: dict[str, dict[int, int]] = {
    "0/1": {0: NEGATIVE, 1: POSITIVE},
    "1/2": {1: NEGATIVE, 2: POSITIVE},
    "-1/1": {-1: NEGATIVE, 1: POSITIVE},
    "1-5": {1: NEGATIVE, 2: NEGATIVE, 3: NEUTRAL, 4: POSITIVE, 5: POSITIVE},
    "0-4": {0: NEGATIVE, 1: NEGATIVE, 2: NEUTRAL, 3: POSITIVE, 4: POSITIVE},
}
FIND = "find"

_STARS = re.compile(
    r"(?:rated )?(\d+(?:[.,]\d+)?)(?: ?(?:/|out of) ?(?:5(?:\.0)?|five))? ?(?:stars?)?", re.I
)
_WORDS = {
    "positive": POSITIVE,
    "pos": POSITIVE,
    "true": POSITIVE,
    "negative": NEGATIVE,
    "neg": NEGATIVE,
    "false": NEGATIVE,
    "neutral": NEUTRAL,
}


def from_stars(values: pd.Series) -> Codes:
    """Codes of a column of stars: 1-2 negative, 4-5 positive, 3 neutral."""
    return _code_column(values, _star)


def from_labels(values: pd.Series) -> Codes:
    """Codes of a column of labels: words have their meaning, numbers are pending."""
    return _code_column(values, _label)


def _code_column(values: pd.Series, code: Callable[[object], int]) -> Codes:
    """Apply ``code`` to the few distinct values of a column; missing values are unrated."""
    if values.dtype == object:  # JSON may hold a list in place of a number
        values = values.where(values.map(pd.api.types.is_scalar), None)
    positions, distinct = pd.factorize(values)
    codes = [code(value) for value in distinct]
    by_position = np.array([*codes, UNRATED], np.int8)  # a missing value has position -1
    column: Codes = by_position[positions]
    return column


def _star(value: object) -> int:
    match = _STARS.fullmatch(str(value).strip())
    if not match:
        return UNRATED
    stars = float(match[1].replace(",", "."))
    if stars > 5:
        return TOO_HIGH
    if stars < 1:
        return UNRATED
    return POSITIVE if stars >= 4 else NEGATIVE if stars <= 2 else NEUTRAL


def _label(value: object) -> int:
    text = str(value).strip().lower()
    if text in _WORDS:
        return _WORDS[text]
    try:
        number = float(text)
    except ValueError:
        return UNRATED
    return PENDING + int(number) if number in (-1, 0, 1, 2, 3, 4, 5) else UNRATED


def pending(codes: Codes) -> set[int]:
    """The numbers of the pending codes."""
    return {int(code) - PENDING for code in np.unique(codes) if code >= PENDING - 1}


def scale(seen: Collection[int], asked: str, where: str) -> str:
    """Name of the scale of a column of label numbers.

    Parameters
    ----------
    seen : collection of int
        All numbers of the column, in -1..5.
    asked : str
        A name of ``SCALES``, or ``find``.
    where : str
        File and column, for messages.

    Raises
    ------
    DataError
        When the numbers fit no scale, or more than one.
    """
    if asked != FIND:
        return asked
    numbers = set(seen)
    if numbers <= set(SCALES["1-5"]) and numbers & {3, 4, 5}:
        return "1-5"
    for name in ("1/2", "-1/1"):
        if numbers == set(SCALES[name]):
            return name
    if numbers in ({0}, {0, 1}):
        return "0/1"
    shown = ", ".join(map(str, sorted(numbers)))
    raise DataError(
        f"{where} holds only {shown}, which does not tell what is positive; set "
        f"label_scale={' or '.join(SCALES)} in data_params"
    )


def settle(codes: Codes, name: str | None) -> Codes:
    """Interpret pending codes on a scale; numbers off the scale are unrated."""
    if name is None:
        return codes
    table: dict[int, int] = {PENDING + number: UNRATED for number in range(-1, 6)}
    table |= {PENDING + number: meaning for number, meaning in SCALES[name].items()}
    settled = codes.copy()
    for code, meaning in table.items():
        settled[codes == code] = meaning
    return settled
