"""What a page calls the rows of its data: reviews, other texts, or rows of a table.

Sentences, tables and figures are written for reviews. A page on other data has its own noun put in
once it is built, so that no sentence need know of it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter

from mc.report.page import Page, Section, Table

REVIEWS, TEXTS, ROWS = "reviews", "texts", "rows"
NOUNS = (REVIEWS, TEXTS, ROWS)
COUNTED = re.compile(rf"[\d,]+ ({'|'.join(NOUNS)})\b")
REVIEW = re.compile(  # the word, not a part of a file's name or of an address
    r"(?<![\w./\\-])(review)(s?)(?![\w/-]|\.\w)", re.IGNORECASE
)


def noun(data: str) -> str:
    """What the words on a corpus count (`mc.engine.preparation.corpus_words`); else reviews.

    >>> noun("digits (1,797 rows of 10 classes, digest 92bbda557e19)")
    'rows'
    """
    found = COUNTED.search(data)
    return found[1] if found else REVIEWS


def reworded(text: str, wanted: str) -> str:
    """A text written for reviews, on other data.

    >>> reworded("Reviews of reviews.csv: each review", "rows")
    'Rows of reviews.csv: each row'
    """

    def put(found: re.Match[str]) -> str:
        word = wanted if found[2] else wanted.removesuffix("s")
        return word.capitalize() if found[1][0].isupper() else word

    return REVIEW.sub(put, text) if wanted != REVIEWS else text


def page_on(page: Page, wanted: str) -> Page:
    """A page written for reviews, on other data; its frames stay as they are."""
    if wanted == REVIEWS:
        return page
    return replace(
        page,
        title=reworded(page.title, wanted),
        headlines=_all(page.headlines, wanted),
        tables=[table_on(each, wanted) for each in page.tables],
        sections=[_section(each, wanted) for each in page.sections],
        more=[table_on(each, wanted) for each in page.more],
        facts=_named(page.facts, wanted),
        cautions=_all(page.cautions, wanted),
        glossary=_named(page.glossary, wanted),
        number=reworded(page.number, wanted),
    )


def figure_on(figure: Figure, wanted: str) -> Figure:
    """A figure written for reviews, changed in place."""
    if wanted == REVIEWS:
        return figure
    for text in figure.findobj(Text):
        text.set_text(reworded(text.get_text(), wanted))
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            shown = axis.get_major_formatter()
            if isinstance(shown, FixedFormatter):  # it would write its own labels again
                shown.seq = _all(shown.seq, wanted)
    return figure


def _section(section: Section, wanted: str) -> Section:
    return replace(
        section,
        title=reworded(section.title, wanted),
        sentences=_all(section.sentences, wanted),
        figure=figure_on(section.figure, wanted),
        hint=reworded(section.hint, wanted),
    )


def table_on(table: Table, wanted: str) -> Table:
    """A table written for reviews, on other data."""
    return replace(
        table,
        title=reworded(table.title, wanted),
        heads=_all(table.heads, wanted),
        rows=[_all(row, wanted) for row in table.rows],
        hint=reworded(table.hint, wanted),
    )


def _all(texts: Iterable[str], wanted: str) -> list[str]:
    return [reworded(text, wanted) for text in texts]


def _named(texts: Mapping[str, str], wanted: str) -> dict[str, str]:
    return {reworded(name, wanted): reworded(text, wanted) for name, text in texts.items()}
