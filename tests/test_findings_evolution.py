"""Laws of sentences on selection: the verdict follows the interval, and chance is named."""

import pandas as pd
import pytest

from experiments.evolution import summary as evolution
from experiments.model_search import summary as model_search


def individuals(generation: int) -> pd.DataFrame:
    row = {"is_winner": True, "generation": generation, "test_accuracy": 0.9, "role": "bred"}
    return pd.DataFrame([row])


def contrasts(low: float, high: float) -> pd.DataFrame:
    mean = (low + high) / 2
    row = {"question": evolution.WINNER_GAIN, "mean": mean, "low": low, "high": high}
    return pd.DataFrame([row])


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.002, 0.004, "0.30 points [0.20, 0.40] more than the default settings with human"),
        (0.002, 0.004, "selection more than makes up for collapse"),
        (-0.004, -0.002, "0.30 points [0.20, 0.40] less than"),
        (-0.004, -0.002, "selection does not make up for collapse"),
        (-0.001, 0.003, "is not settled"),
    ],
)
def test_the_verdict_follows_the_interval(low, high, words):
    assert words in evolution.headline(individuals(2), contrasts(low, high))


def test_a_winner_without_parents_is_not_praised_for_withstanding_collapse():
    told = evolution.headline(individuals(0), contrasts(0.002, 0.004))
    assert "No child was better" in told
    assert "makes up" not in told


def search(low: float, high: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    trials = pd.DataFrame({"is_best": [False, True], "setting.C": [1.0, 2.5]})
    gain = {"gain_mean": [0, (low + high) / 2], "gain_low": [0, low], "gain_high": [0, high]}
    return trials, pd.DataFrame({"accuracy": [0.8, 0.9], **gain})


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (
            0.01,
            0.03,
            "(C=2.5) classifies 90.00% of the untouched reviews rightly, 2.00 [1.00, 3.00]",
        ),
        (-0.03, -0.01, "not better than the defaults but worse"),
        (-0.01, 0.03, "cannot be told from the defaults"),
    ],
)
def test_settings_are_recommended_only_beyond_the_interval(low, high, words):
    assert words in model_search.headline(*search(low, high))
