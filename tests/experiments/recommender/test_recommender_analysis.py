"""Laws of tables of loops: what replicates share cancels, and clicks are counted once."""

import re

import numpy as np
import pandas as pd
import pytest

from experiments.recommender import analysis, summary
from experiments.recommender.metrics import SHARES
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


@pytest.mark.parametrize("seed", range(5))
def test_no_verdict_contradicts_its_interval_and_shares_stay_within_what_is_possible(seed):
    rng = np.random.default_rng(seed)
    places = pd.MultiIndex.from_product(
        [["replace"], [0.0, 0.1, 0.5], range(3), range(3)],
        names=["regime", "epsilon", "replicate", "generation"],
    ).to_frame(index=False)
    rows = places.assign(
        coverage=rng.choice([0.0, 0.02, 0.5, 0.98, 1.0], len(places)),
        clicks=rng.choice([0.01, 1.0, 5.0], len(places)),
    )
    means = statistics.loop_means(rows, AXES, ["coverage"], shares=SHARES)
    assert means[["low", "high"]].stack().between(0, 1).all()
    gains = statistics.loop_contrasts(rows, AXES, ("epsilon", 0.0), ["coverage"], shares=SHARES)
    changes = statistics.loop_changes(rows, AXES, ["coverage"], shares=SHARES)
    for table in (gains, changes):
        assert table[["low", "high"]].stack().between(-1, 1).all()
    (said,) = summary.exchange_findings(gains)
    for row in gains[gains["generation"] == 2].itertuples():
        word = "more" if row.low > 0 else "fewer" if row.high < 0 else "no difference found"
        epsilons = re.search(rf"[:;] {word} at epsilon ([^;]*?)(;|\.$)", said)
        assert epsilons
        assert f"{row.epsilon:g}" in re.split(r", | and ", epsilons[1])
    prices = analysis.click_prices(analysis.with_totals(rows))
    assert (prices["low"] >= -1).all()
    answers = " ".join(summary.price_findings(prices))
    ends = prices[(prices["generation"] == 2) & (prices["metric"] == "total_clicks")]
    assert ("has earned more" in answers) == (ends["low"] > 0).any()
    assert ("Exploring has not earned back" in answers) == (ends["high"] < 0).any()
