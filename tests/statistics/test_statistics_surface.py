import time

import numpy as np
import pandas as pd
import pytest
from fake_generations import frame

from mc import statistics as stats
from mc.errors import DataError

RATES = (0.0, 0.1, 0.2, 0.3, 0.4)


@pytest.fixture(scope="module")
def surface() -> stats.Surface:
    rows = frame(RATES, steps=20, sizes=(1_000, 10_000), effect=0.05, noise=0.0003)
    return stats.response_surface(rows)


def truth(rate: np.ndarray, size: np.ndarray) -> np.ndarray:
    """What `frame` makes of these settings."""
    done = (size - 1_000) / 9_000
    return rate * (0.05 * done**0.7 + 0.002 * done)


def test_the_surface_is_the_true_one_within_its_uncertainty(surface):
    grid = surface.grid
    wrong = np.abs(grid.loss - truth(grid.rate.to_numpy(), grid.train_size.to_numpy()))
    assert wrong.max() < 0.001
    assert (wrong <= 2.8 * grid.sd + 1e-9).mean() > 0.9  # t with 4 degrees of freedom


def test_rate_zero_loses_nothing_without_any_doubt(surface):
    human = surface.grid.query("rate == 0")
    assert (human[["loss", "sd"]] == 0).all(axis=None)
    assert (surface.grid.query("rate > 0").sd > 0).all()


def test_the_frontier_is_where_the_margin_is_crossed(surface):
    last = surface.frontier.iloc[-1]
    assert last.rate == pytest.approx(0.005 / 0.052, rel=0.05)
    assert surface.frontier.iloc[0].rate == 0.4  # the first increment hardly matters
    assert (surface.frontier.safe_rate <= surface.frontier.rate + 1e-12).all()
    assert 0 < last.safe_rate < last.rate


def test_the_observed_are_a_dozen_sizes_of_all_rates(surface):
    observed = surface.observed
    assert set(observed.rate) == set(RATES[1:])
    assert 8 <= observed.train_size.nunique() <= 12
    assert observed.train_size.max() == 10_000
    assert (surface.family, surface.n) == ("logistic, accumulate, argmax", 5)


def test_errors_that_a_lineage_carries_along_are_not_taken_for_many():
    """A level of its own in each lineage is one error, however many generations show it."""
    rng = np.random.default_rng(0)
    rows = frame(RATES, steps=20, sizes=(1_000, 10_000), noise=0.0)
    own = {(rate, n): rng.normal(0, 0.003) for rate in RATES[1:] for n in range(5)}
    carried = [own.get(key, 0.0) for key in zip(rows.rate, rows.replicate, strict=True)]
    shaken = rows.assign(accuracy=rows.accuracy + np.where(rows.generation > 0, carried, 0))
    end = stats.response_surface(shaken).grid.iloc[-1]
    spread = np.std([own[0.4, n] for n in range(5)], ddof=1)
    assert end.sd > 0.5 * spread / np.sqrt(5)


def test_sizes_that_no_rate_harms_are_safe_throughout():
    calm = stats.response_surface(frame(RATES, effect=0.0, noise=0.0))
    assert (calm.frontier[["rate", "safe_rate"]] == 0.4).all(axis=None)


def test_the_same_frame_gives_the_same_surface(surface):
    rows = frame(RATES, steps=20, sizes=(1_000, 10_000), effect=0.05, noise=0.0003)
    again = stats.response_surface(rows.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(again.grid, surface.grid)


def test_a_stage_of_usual_size_takes_seconds():
    rates = tuple(step / 100 for step in range(11))
    rows = frame(rates, steps=91, sizes=(1_000, 10_000), noise=0.002)
    start = time.process_time()
    stats.response_surface(rows)
    assert time.process_time() - start < 10  # 1-2 s of wall time


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (pd.concat([frame(), frame(backend="lightgbm")]), "lightgbm, .*; logistic, .*one"),
        (frame(rates=(0.0, 1.0)), "2 rates above 0 .* 1 and 5: run more rates"),
        (frame(rates=(0.5, 1.0)), "0 and 0: run more rates"),
        (frame(steps=3), "2 and 2: run more rates, or lineages that grow further"),
        (frame().assign(train_size=5.0), "2 and 1"),
        (frame(replicates=1), "2 repetitions .* there are 1"),
    ],
)
def test_too_little_for_a_surface_is_refused_with_the_remedy(rows, words):
    with pytest.raises(DataError, match=words):
        stats.response_surface(rows)
