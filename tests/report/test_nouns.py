"""Laws of the noun of a page: it fits the data, in all words and figures, and names stay."""

from dataclasses import replace

import numpy as np
import pytest
from fake_generations import frame
from matplotlib.text import Text

from mc.data.table import Numbers
from mc.engine.preparation import corpus_words
from mc.report import nouns, outline
from mc.report.stage_result import StageResult
from mc.types import REVIEW_CLASSES

LABELS = np.array([0, 1, 1], np.int8)


def words(page):
    """All that a page shows, but for its facts' names of data."""
    tables = [*page.tables, *page.more]
    cells = [cell for table in tables for row in [table.heads, *table.rows] for cell in row]
    sentences = [text for section in page.sections for text in [*section.sentences, section.hint]]
    figures = [
        text.get_text() for section in page.sections for text in section.figure.findobj(Text)
    ]
    hints = [text for table in tables for text in (table.title, table.hint)]
    return [*page.headlines, *cells, *sentences, *figures, *hints, *page.cautions, *page.glossary,
            *page.glossary.values(), *page.facts]  # fmt: skip


def build(data):
    facts = {"data": data, "held-out reviews": "500"}
    return outline.build(StageResult("training_size", facts, {"generations": frame()}))


@pytest.mark.parametrize(
    ("data", "noun"),
    [("reviews.csv (1,797 rows of 2 classes, digest 9)", "rows"),
     ("news.csv (99 texts of 5 classes, digest 9)", "texts")],
)  # fmt: skip
def test_a_page_speaks_of_what_its_data_are(data, noun):
    shown, plain = words(build(data)), words(build("news.csv (9 reviews, 50.0% positive)"))
    assert not any(nouns.REVIEW.search(text) for text in shown)
    assert any(f"({noun})" in text for text in shown)  # of an axis
    assert any(nouns.REVIEW.search(text) for text in plain)
    assert build(data).facts["data"] == data
    assert "held-out " + noun in build(data).facts


def test_pages_on_reviews_are_as_they_are_written():
    page = build("reviews.csv (9 reviews, 50.0% positive)")
    assert nouns.page_on(page, "reviews") is page
    assert nouns.noun("made up") == nouns.noun("") == "reviews"


def test_names_and_addresses_are_no_words():
    text = "Reviews of a/reviews.csv, amazon_reviews, hf:owner/reviews and review.csv: a review."
    expected = "Texts of a/reviews.csv, amazon_reviews, hf:owner/reviews and review.csv: a text."
    assert nouns.reworded(text, "texts") == expected


def test_what_a_corpus_holds_is_said_by_its_kind():
    about = {"name": "x", "digest": "0" * 64, "counts": {}, "classes": REVIEW_CLASSES}
    table = Numbers(np.zeros((3, 1)), LABELS, about)
    assert nouns.noun(corpus_words(table)) == "rows"
    assert nouns.noun(corpus_words(replace(table, about={**about, "classes": "abc"}))) == "rows"
