"""What a page consists of, and how numbers are written in its tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.figure import Figure


@dataclass(frozen=True)
class Table:
    """A table as text, ready to be shown.

    Parameters
    ----------
    title : str
        Above it.
    heads : sequence of str
        Names of the columns.
    rows : sequence of sequence of str
        As many cells as heads.
    hint : str
        How to read it.
    prose : bool
        Whether cells are sentences, to be wrapped.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    hint: str = ""
    prose: bool = False

    def as_text(self) -> str:
        """Lines with aligned columns, for a terminal."""
        cells = [self.heads, *self.rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        return "\n".join(
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            for row in cells
        )


@dataclass(frozen=True)
class Section:
    """A figure with what it shows.

    Parameters
    ----------
    name : str
        Of its files.
    title : str
        Of its part of the page.
    sentences : sequence of str
        What is to be seen, made from the data.
    figure : Figure
        The figure.
    hint : str
        How to read it.
    """

    name: str
    title: str
    sentences: Sequence[str]
    figure: Figure
    hint: str = ""


@dataclass(frozen=True)
class Page:
    """All that the report says of one stage, or of several together.

    Parameters
    ----------
    name : str
        Of its folder of files: the stage.
    title : str
        For the reader.
    headlines : sequence of str
        The first is the answer in one sentence.
    tables : sequence of Table
        Shown at once; the first is also printed on the terminal.
    sections : sequence of Section
        Figures in their order.
    more : sequence of Table
        Shown on demand.
    frames : mapping of str to DataFrame
        Written as CSV, unrounded.
    facts, glossary : mapping of str to str
        About the experiment; about the columns.
    cautions : sequence of str
        What to know before believing the numbers.
    """

    name: str
    title: str
    headlines: Sequence[str]
    tables: Sequence[Table]
    sections: Sequence[Section]
    frames: Mapping[str, pd.DataFrame]
    facts: Mapping[str, str] = field(default_factory=dict)
    more: Sequence[Table] = ()
    cautions: Sequence[str] = ()
    glossary: Mapping[str, str] = field(default_factory=dict)


VERDICTS = {  # cells that a page colours; the words alone say it all, too
    "harmful": "bad",
    "negligible": "good",
    "undecided": "open",
    "✗ contradicted": "bad",
    "✓ supported": "good",
    "? undecided": "open",
    "passes": "good",
    "FAILS": "bad",
    "differs": "bad",
    "not found": "open",
}


def number(value: float, digits: int) -> str:
    """A rounded number; a dash where there is none."""
    return "–" if np.isnan(value) else f"{value:.{digits}f}"


def interval(mean: float, low: float, high: float, digits: int) -> str:
    """``mean [low, high]``, or the mean alone where there is no interval."""
    if np.isnan(low):
        return number(mean, digits)
    return f"{mean:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def points(share: float) -> str:
    """A difference of shares in percentage points, without a sign for zero."""
    return number(100 * share, 2).replace("-0.00", "0.00")


def in_points(mean: float, low: float, high: float) -> str:
    """A loss of shares in percentage points, with its interval."""
    return interval(100 * mean, 100 * low, 100 * high, 2).replace("-0.00", "0.00")
