"""Laws of sentences on selection: the verdict follows the interval, and chance is named."""

import pandas as pd
import pytest

from experiments.evolution import summary as evolution


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
        (-0.001, 0.003, "do not settle whether selection makes up for collapse"),
    ],
)
def test_the_verdict_follows_the_interval(low, high, words):
    assert words in evolution.headline(individuals(2), contrasts(low, high))


def test_a_winner_without_parents_is_not_praised_for_withstanding_collapse():
    told = evolution.headline(individuals(0), contrasts(0.002, 0.004))
    assert "No child was better" in told
    assert "makes up" not in told
