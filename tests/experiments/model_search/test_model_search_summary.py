"""Laws of sentences on a search: settings are recommended only beyond the interval."""

import pandas as pd
import pytest

from experiments.model_search import summary as model_search


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
        (-0.03, -0.01, "worse than the defaults, -2.00 [-3.00, -1.00] points"),
        (-0.01, 0.03, "no difference from the defaults is shown (1.00 [-1.00, 3.00] points)"),
    ],
)
def test_settings_are_recommended_only_beyond_the_interval(low, high, words):
    assert words in model_search.headline(*search(low, high))
