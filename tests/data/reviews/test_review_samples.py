"""True excerpts of the files that users have, where they are at hand."""

from pathlib import Path

import pytest

from mc.data import reviews

DATA = Path(__file__).parents[3] / "../shared/data"
SAMPLES = {
    "bittlingmayer_test.ft.txt": 0.9,
    "amazon_us_reviews_noheader.tsv": 0.85,
    "amazon_us_reviews_Digital_Software_head200.parquet": 0.85,
    "mcauley2014_reviews_Digital_Music_5.json": 0.9,
    "mcauley2018_AMAZON_FASHION_5.json": 0.9,  # of those that are no copies
    "mcauley2023_as_csv.csv": 0.9,
    "finefoods_Reviews.csv": 0.9,
    "datafiniti_1429_1.csv": 0.9,
    "pycaret_amazon.csv": 0.95,
}


@pytest.mark.skipif(not DATA.exists(), reason="the samples of real files are not here")
@pytest.mark.parametrize("name", SAMPLES)
def test_most_rows_of_a_real_file_are_used(name: str) -> None:
    corpus = reviews.read(str(DATA / "samples" / name), balance=False)
    counts = corpus.counts
    distinct = counts["read"] - counts["duplicate"] - counts["three_stars"]
    assert counts["used"] >= SAMPLES[name] * distinct
    assert counts["malformed"] == counts["invalid_characters"] == 0
    assert not any("<br" in text or "&#34;" in text for text in corpus.texts)


@pytest.mark.skipif(not DATA.exists(), reason="the real reviews are not here")
def test_the_real_reviews_balance_to_the_known_size() -> None:
    corpus = reviews.read(str(DATA / "amazon_reviews.parquet"))
    assert abs(len(corpus) - 123_700) < 100
    assert 2 * corpus.labels.sum() == len(corpus)
    assert "Books" in corpus.groups
