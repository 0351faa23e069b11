"""What the index of several pages shows of each: a picture, a number, a sentence."""

import base64
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from mc.report.page import Page

WIDTH = 640  # pixels of a picture, twice what a card is wide on most screens
HEIGHT = 400  # at most; of a taller figure the top
COLOURS = 64
NUMBERS = (  # in this order: with an interval, a count, a share
    r"(?P<number>-?\d[\d,.]*%?(?: points)?) (?P<bounds>\[[^\]]+\](?: points)?)",
    r"(?P<number>\d[\d,]* of \d[\d,]*)(?P<bounds>)",
    r"(?P<number>\d[\d.]*%)(?P<bounds>)",
)


@dataclass(frozen=True)
class Card:
    """A page in the index.

    Parameters
    ----------
    name, title, address : str
        Of the page; its file, as a link.
    sentence : str
        The answer.
    number, bounds : str
        The one number that matters, with its interval; empty where the page has none.
    thumbnail : str
        Data address of the main figure, small; empty for a page without figures.
    """

    name: str
    title: str
    address: str
    sentence: str
    number: str
    bounds: str
    thumbnail: str


def card(page: Page, address: str, figures: Sequence[Path]) -> Card:
    """The card of a page whose figures are written, the main one first."""
    number, bounds = (page.number, "") if page.number else first_number(page.headlines)
    pictures = [path for path in figures if path.suffix == ".png"]
    picture = thumbnail(pictures[0]) if pictures else ""
    return Card(page.name, page.title, address, page.headlines[0], number, bounds, picture)


def first_number(sentences: Sequence[str]) -> tuple[str, str]:
    """The number of the sentences that matters most, and its interval.

    Examples
    --------
    >>> first_number(["At rate 1 accuracy falls by 2.13 points [1.12, 4.16] against rate 0."])
    ('2.13 points', '[1.12, 4.16]')
    >>> first_number(["At rate 1 replace ends further from the truth in 5 of 6 systems."])
    ('5 of 6', '')
    """
    for pattern in NUMBERS:
        for sentence in sentences:
            if match := re.search(pattern, sentence):
                return match["number"], match["bounds"]
    return "", ""


def thumbnail(picture: Path) -> str:
    """A data address of a PNG, made small."""
    with Image.open(picture) as image:
        height = round(image.height * WIDTH / image.width)
        small = image.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    small = small.crop((0, 0, WIDTH, min(height, HEIGHT)))
    kept = io.BytesIO()
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(kept, "png", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(kept.getvalue()).decode('ascii')}"
