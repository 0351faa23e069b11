"""Words or numbers of a label column to numbered classes."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mc.errors import DataError
from mc.types import Labels, label_type

MAX_CLASSES = 1000
SHOWN = 5  # names in a message


def name_of(value: object) -> str:
    """Name of the class that a value stands for; empty where it is missing.

    >>> name_of(5.0), name_of(" 5 "), name_of("spam"), name_of(None)
    ('5', '5', 'spam', '')
    """
    if value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NA:
        return ""
    text = " ".join(str(value).split())
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if np.isfinite(number) and number == int(number) else text


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Class names in order: numbers by size, words by the alphabet.

    >>> in_order({"10", "9", "1"}), in_order({"b", "a"})
    (('1', '9', '10'), ('a', 'b'))
    """
    plain = sorted(names)
    try:
        return tuple(sorted(plain, key=float))
    except ValueError:
        return tuple(plain)


def numbered(
    names: Mapping[str, int],
    codes: NDArray[np.int64],
    where: str,
    remedy: str = "name another column with target in data_params",
) -> tuple[Labels, tuple[str, ...]]:
    """Labels in the order of their classes, and the names of these.

    Parameters
    ----------
    names : mapping of str to int
        Name of a class to its code.
    codes : (n,) int
        The code of each row that is used.
    where : str
        File and column, for messages.
    remedy : str
        What to do where it holds no classes, for messages.

    Returns
    -------
    (n,) int; tuple of str
        Places in the names; the names of all classes that occur.

    Raises
    ------
    DataError
        When there are fewer than two classes, more than `MAX_CLASSES`, or one with a single row.
    """
    present, counts = np.unique(codes, return_counts=True)
    by_code = {code: name for name, code in names.items()}
    rows = {by_code[int(code)]: int(n) for code, n in zip(present, counts, strict=True)}
    if len(rows) < 2:
        raise DataError(
            f"{where} has {len(rows)} class in {len(codes)} rows ({', '.join(rows)}), and two are "
            f"needed; {remedy}"
        )
    single = [name for name, n in rows.items() if n < 2]
    if len(rows) > MAX_CLASSES or len(single) > len(rows) / 2:
        raise DataError(
            f"{where} has {len(rows)} classes in {len(codes)} rows, {len(single)} of them in one "
            f"row only; a column of classes has 2 to {MAX_CLASSES}: {remedy}"
        )
    if single:
        shown = ", ".join(repr(name) for name in single[:SHOWN])
        more = f" and {len(single) - SHOWN} more" if len(single) > SHOWN else ""
        raise DataError(
            f"{where}: a class needs two rows, one to train and one to test on, and {shown}{more} "
            f"{'has' if len(single) == 1 else 'have'} one; leave such rows out"
        )
    ordered = in_order(rows)
    place = {names[name]: i for i, name in enumerate(ordered)}
    lookup: Labels = np.zeros(max(place) + 1, label_type(len(ordered)))
    lookup[list(place)] = list(place.values())
    return lookup[codes], ordered
