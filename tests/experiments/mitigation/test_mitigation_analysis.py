"""Laws of what strategies give back: paired, tested together, and the front."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from experiments.mitigation import analysis
from experiments.mitigation.analysis import DROPPED, HUMAN, NONE

GAINS = {NONE: 0.0, DROPPED: 0.03, "half": 0.05, "nothing": 0.0, "worse": -0.06}
LOSS = 0.1


def made(noise: float = 0.001, loss: float = LOSS, replicates: int = 6) -> pd.DataFrame:
    """Lineages whose accuracies differ much by replicate, and by what is known by strategy."""
    rng = np.random.default_rng(0)
    rows = []
    for replicate, level in enumerate(rng.uniform(0.6, 0.8, replicates)):
        for strategy, gain in [(HUMAN, loss), *GAINS.items()]:
            rate = 0.0 if strategy == HUMAN else 1.0
            for step in range(3):
                end = level - loss + gain + rng.normal(0, noise)
                bought = {HUMAN: 200.0, "half": 40.0}.get(strategy, 0.0)
                rows.append(
                    {
                        "rate": rate,
                        "strategy": NONE if strategy == HUMAN else strategy,
                        "replicate": replicate,
                        "generation": step,
                        "accuracy": end if step == 2 else level,
                        "roc_auc": end / 2,
                        "positive_share": 0.5,
                        "human_labels": 100 + bought * step / 2,
                        "verified_labels": 0.0,
                        **dict.fromkeys(("fit_seconds", "score_seconds", "label_seconds"), 0.5),
                    }
                )
    return pd.DataFrame(rows).sample(frac=1, random_state=0)


def table(lineages: pd.DataFrame) -> pd.DataFrame:
    return analysis.rescue_table(analysis.rescue_ends(lineages)).set_index("strategy")


def test_gains_are_paired_within_replicates():
    found, exact = table(made()), table(made(noise=0))
    for strategy, gain in [*GAINS.items(), (HUMAN, LOSS)]:
        assert exact.loc[strategy, "gain"] == pytest.approx(gain)
        assert exact.loc[strategy, "over_dropping"] == pytest.approx(gain - GAINS[DROPPED])
        assert exact.loc[strategy, "regained"] == pytest.approx(gain / LOSS)
        assert found.loc[strategy, "gain_high"] - found.loc[strategy, "gain_low"] < 0.01
        assert found.loc[strategy, "accuracy_high"] - found.loc[strategy, "accuracy_low"] > 0.05
    assert list(found.index[:2]) == [HUMAN, NONE]
    assert found["gain"].iloc[2:].is_monotonic_decreasing


def test_prices_are_what_none_has_not_paid():
    found = table(made())
    assert found.loc[[HUMAN, NONE, "half"], "spent"].tolist() == [200, 0, 40]
    assert (found["seconds"] == 4.5).all()  # of three generations


def test_verdicts_are_those_of_adjusted_paired_tests():
    lineages = made()
    found = table(lineages)
    assert found.loc[[DROPPED, "half"], "verdict"].tolist() == ["helps", "helps"]
    assert found.loc["worse", "verdict"] == "harms"
    assert found.loc["nothing", "verdict"] == "undecided"
    assert found.loc[[NONE, HUMAN], "p"].isna().all()
    ends = analysis.rescue_ends(lineages)
    alone = {
        each: ttest_1samp(ends.loc[ends["strategy"] == each, "gain"], 0).pvalue
        for each in (DROPPED, "half", "nothing", "worse")
    }
    ordered = sorted(alone, key=alone.__getitem__)
    holm = np.maximum.accumulate([alone[each] * (4 - at) for at, each in enumerate(ordered)])
    np.testing.assert_allclose(found.loc[ordered, "p"], np.minimum(holm, 1))


def test_strategies_that_gain_the_same_stay_in_the_order_they_came_in():
    """The search takes the first of them, which is the simplest."""
    ends = analysis.rescue_ends(made(noise=0))
    twin = ends[ends["strategy"] == "half"].assign(strategy="a longer recipe")
    found = analysis.rescue_table(pd.concat([ends, twin], ignore_index=True))["strategy"].tolist()
    assert found.index("a longer recipe") == found.index("half") + 1


def test_a_share_of_a_loss_that_may_be_nothing_is_no_number():
    found = table(made(noise=0.05, loss=0.0))
    assert found["regained"].isna().all()
    assert found["gain"].notna().all()


def test_one_replicate_has_neither_intervals_nor_verdicts():
    found = table(made(replicates=1))
    assert found["gain_low"].isna().all()
    assert (found["verdict"] == "undecided").all()


POINTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12)


@given(POINTS)
def test_the_front_is_what_nothing_beats(points):
    spent, gain = np.array(points).T
    front = analysis.on_front(spent, gain)
    for (price, value), is_on in zip(points, front, strict=True):
        beaten = any(
            other[0] <= price and other[1] >= value and other != (price, value) for other in points
        )
        assert is_on == (not beaten)
