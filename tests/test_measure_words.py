"""Laws of the measurement behind the simulator, on reviews made for it."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from scripts import measure_words


@pytest.fixture
def reviews():
    rng = np.random.default_rng(0)
    label = np.repeat([0, 1], [60, 90])
    opinion = np.where(label == 1, "great", "awful")
    noise = rng.choice(["lamp", "cable", "box"], size=len(label))
    texts = [
        f"this {n} is {o}<br />and i told Gertrude so" for n, o in zip(noise, opinion, strict=True)
    ]
    return pd.DataFrame({"title": "", "body": texts, "label": label, "source": "x/Books"})


def test_names_tags_and_rare_words_stay_out(reviews, tmp_path):
    source = tmp_path / "reviews.parquet"
    reviews.loc[0, "body"] += " serendipity"
    reviews.to_parquet(source)
    options = [str(source), "--min-reviews", "5", "--folder", str(tmp_path)]
    result = CliRunner().invoke(measure_words.main, options)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("120 reviews")  # balanced
    words = pd.read_csv(tmp_path / "_words.csv").set_index("word")
    assert {"this", "great", "awful", "i", "lamp"} <= set(words.index)
    assert not {"gertrude", "br", "serendipity"} & set(words.index)
    assert words.log_odds["great"] > 2 > -2 > words.log_odds["awful"]
    topics = pd.read_csv(tmp_path / "_topics.csv")
    assert topics.share.tolist() == [0.5, 0.5]
    assert topics.topic.tolist() == ["books", "books"]


def test_a_topic_with_more_praise_does_not_make_its_words_positive():
    counts = np.zeros((2, 2, 2))  # topic, label, word: word t is said in topic t only
    counts[0, :, 0] = 1000, 9000
    counts[1, :, 1] = 9000, 1000
    assert measure_words.log_odds(counts) == pytest.approx([0, 0], abs=0.01)


def test_topic_digits_are_powers_of_two():
    counts = np.full((2, 2, 3), 10_000.0)
    counts[0, :, 0], counts[1, :, 0] = 4000, 0
    counts[:, :, 2] = 10
    digits = measure_words.topic_digits(counts)
    assert digits[0] == "60"  # twice the overall rate, and far below it
    assert digits[1] == "55"
    assert digits[2] == ""  # too few uses
