"""What a page consists of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
        Findings, made from the data.
    figure : Figure
        The figure.
    hint : str
        How to read it.
    command : str
        What the reader may run next, below the hint, to be copied.
    """

    name: str
    title: str
    sentences: Sequence[str]
    figure: Figure
    hint: str = ""
    command: str = ""


@dataclass(frozen=True)
class Page:
    """The content of a page: on one stage, or on several together.

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
        Limits of the numbers.
    number : str
        The one number that matters, for an index of pages; empty for the first of the headlines.
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
    number: str = ""


VERDICTS = {  # cells that a page colours; the words suffice without colours
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
