"""Laws of tables of loops: what replicates share cancels, and clicks are counted once."""

import numpy as np
import pandas as pd
import pytest

from experiments.recommender import analysis
from mc import statistics

AXES = ("regime", "epsilon")


@pytest.fixture(scope="module")
def lineages():
    """Clicks that differ much by replicate, and by 10% of them by epsilon."""
    rng = np.random.default_rng(0)
    rows = [
        {
            "regime": "replace",
            "epsilon": epsilon,
            "replicate": replicate,
            "generation": step,
            "coverage": level + 0.1 * step + 0.2 * epsilon,
            "clicks": 10 * level * (1 - 0.1 * epsilon),
        }
        for replicate, level in enumerate(rng.uniform(1, 5, 4))
        for epsilon in (0.0, 0.5, 1.0)
        for step in range(3)
    ]
    return pd.DataFrame(rows).sample(frac=1, random_state=0)


def test_contrasts_are_paired_within_replicates(lineages):
    gains = statistics.loop_contrasts(lineages, AXES, ("epsilon", 0.0), ["coverage"])
    assert sorted(gains["epsilon"].unique()) == [0.5, 1.0]
    np.testing.assert_allclose(gains["mean"], 0.2 * gains["epsilon"])
    np.testing.assert_allclose(gains["high"] - gains["low"], 0, atol=1e-12)
    assert (gains["n"] == 4).all()


def test_changes_are_since_generation_0_of_the_same_lineage(lineages):
    changes = statistics.loop_changes(lineages, AXES, ["coverage"])
    np.testing.assert_allclose(changes["mean"], 0.1 * changes["generation"], atol=1e-12)


def test_means_have_the_interval_of_the_replicates(lineages):
    means = statistics.loop_means(lineages, AXES, ["coverage", "clicks"])
    assert len(means) == 3 * 3 * 2
    one = means.query("epsilon == 0 and generation == 0 and metric == 'coverage'").iloc[0]
    own = lineages.query("epsilon == 0 and generation == 0")["coverage"]
    expected = statistics.mean_interval(own)
    assert (one["mean"], one["low"], one["high"]) == pytest.approx(expected[:3])


def test_clicks_so_far_are_those_of_all_generations_and_prices_are_relative(lineages):
    totals = analysis.with_totals(lineages)
    ends = totals[totals["generation"] == 2]
    assert ends["total_clicks"].sum() == pytest.approx(lineages["clicks"].sum())
    prices = analysis.click_prices(totals)
    np.testing.assert_allclose(prices["mean"], -0.1 * prices["epsilon"])
