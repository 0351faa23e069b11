"""The laws hold at few repetitions, and what is wrong is found out."""

import math

import numpy as np
import pytest

from experiments.validate.laws import (
    bias_amplification,
    ordinary_least_squares,
    verified_labels,
)
from experiments.validate.laws._check import Check
from mc import plugins
from mc.lineage.regimes import replace
from mc.lineage.systems import gaussian, logistic_regression

TOLERANCE = 4.0
FEW = 1_000


def fails(law: str, repetitions: int = FEW) -> bool:
    checks = plugins.load("experiments.validate.laws", "laws", law).check(repetitions, seed=0)
    return not all(check.passes(TOLERANCE) for check in checks)


@pytest.mark.parametrize("law", plugins.names("experiments.validate.laws"))
def test_a_law_holds_and_says_where_it_comes_from(law):
    plugin = plugins.load("experiments.validate.laws", "laws", law)
    assert plugin.title
    assert "arXiv" in plugin.source
    checks = plugin.check(FEW, seed=0)
    assert checks
    for check in checks:
        assert check.generation >= 1
        assert check.standard_error > 0
        assert check.passes(TOLERANCE), check


def test_a_biased_estimator_breaks_both_laws_of_the_gaussian(monkeypatch):
    def unbiased(world, rows):
        return gaussian.Model(rows.mean(axis=1), rows.var(axis=1, ddof=1))

    monkeypatch.setattr(gaussian, "fit", unbiased)
    assert fails("gaussian_replace")
    assert fails("gaussian_accumulate")


def test_the_risk_of_a_chosen_design_is_not_that_of_a_random_one(monkeypatch):
    """sigma^2 d / T is the law of another setting: 0.1 instead of 0.1124."""
    monkeypatch.setattr(ordinary_least_squares, "REPLACE", (1,))
    monkeypatch.setattr(ordinary_least_squares, "ACCUMULATE", (2,))
    assert not fails("ordinary_least_squares", 10_000)
    monkeypatch.setattr(ordinary_least_squares, "RISK", 0.1)
    assert fails("ordinary_least_squares", 10_000)


def labels_of_the_truth(world, model, fresh, rng):
    return fresh


def likelier_labels(world, model, fresh, rng):
    rows = fresh.copy()
    rows[..., -1] = np.where(np.einsum("cnd,cd->cn", rows[..., :3], model) > 0, rows[..., -2], 0)
    return rows


@pytest.mark.parametrize("imitate", [labels_of_the_truth, likelier_labels])
def test_labels_that_the_previous_fit_does_not_sample_break_the_label_loop(monkeypatch, imitate):
    monkeypatch.setattr(logistic_regression, "imitate", imitate)
    assert fails("label_loop")


def test_a_regime_that_keeps_two_batches_breaks_the_label_loop(monkeypatch):
    def last_two(sizes, step, rng):
        return slice(sizes[step - 2] if step > 1 else 0, sizes[step])

    monkeypatch.setattr(replace, "rows", last_two)
    assert fails("label_loop")


def test_the_label_loop_is_a_law_of_many_rows(monkeypatch):
    monkeypatch.setattr(logistic_regression, "PEOPLE", 25)  # n = 500
    assert fails("label_loop")


def test_another_place_of_the_breakdown_is_refused(monkeypatch):
    other = {"verifier 0.8/0.3": verified_labels.Verifier(0.8, 0.4)}
    monkeypatch.setattr(verified_labels, "VERIFIERS", other)
    (moved,) = verified_labels.check(FEW, seed=0)
    assert moved.passes(TOLERANCE)
    expected = 1 / (1 + 0.3 / 0.8)
    assert not Check("", "", 1, moved.observed, moved.standard_error, expected).passes(TOLERANCE)


def test_a_bound_without_amplification_is_broken(monkeypatch):
    def none(initial, human, machine, rounds):
        return np.ones(rounds + 1)

    monkeypatch.setattr(bias_amplification, "factors", none)
    monkeypatch.setattr(bias_amplification, "LABELLINGS", ("argmax",))
    assert fails("bias_amplification")


def test_the_bound_grows_to_its_limit():
    factors = bias_amplification.factors(100, human=20, machine=80, rounds=100_000)
    assert factors[0] == 1
    assert factors[1] == pytest.approx(1 + 80 / 200)
    assert (np.diff(factors) > 0).all()
    assert factors[-1] < 100 / 20
    assert bias_amplification.factors(100, 80, 20, 10_000)[-1] == pytest.approx(100 / 80, abs=1e-3)


def test_a_check_passes_within_the_tolerance_and_never_without_an_error():
    near = Check("", "", 1, 1.0, 0.1, 1.3)
    assert near.z == pytest.approx(-3)
    assert near.passes(3.1)
    assert not near.passes(2.9)
    bound = Check("", "", 1, 1.0, 0.1, 1.3, is_bound=True)
    assert bound.passes(0.01)
    assert not Check("", "", 1, 1.6, 0.1, 1.3, is_bound=True).passes(2)
    assert math.isnan(Check("", "", 1, 1.0, 0.0, 1.0).z)
    assert not Check("", "", 1, 1.0, 0.0, 1.0).passes(4)
    assert not Check("", "", 1, 1.0, math.nan, 1.0).passes(4)


def test_a_crossing_is_found_where_there_is_one():
    curve = np.linspace(0.95, 0.05, len(verified_labels.ERRORS))
    assert verified_labels.crossing(curve) == pytest.approx(0.5)
    assert math.isnan(verified_labels.crossing(np.full(len(verified_labels.ERRORS), 0.9)))
