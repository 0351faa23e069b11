"""Every system does what it declares, and theory is what it simulates."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mc import plugins
from mc.lineage.chains import Condition, evolve
from mc.lineage.systems import label_noise, logistic_regression
from mc.lineage.systems._moments import Recursion

SIZE, STEPS, CHAINS, REPLICATES = 40, 4, 30, 8
REGIMES = ("accumulate", "replace", "subsample")
# Where theory is a series, what it leaves out: both regressions between the rates, label_noise.
LEFT_OUT = {
    "linear_regression": 0.03,
    "logistic_regression": 0.03,
    "label_noise": label_noise.ERROR,
}
SYSTEMS = plugins.names("systems")


def chains(
    system: str, regime: str, rate: float, replicate: int = 0
) -> list[dict[str, np.ndarray]]:
    condition = Condition(system, regime, rate, SIZE, STEPS - 1, CHAINS, seed=1)
    return list(evolve(condition, replicate))


@pytest.mark.parametrize("rate", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("system", SYSTEMS)
def test_theory_is_what_is_simulated(system, regime, rate):
    """Errors are those over replicates: under subsample, chains of one are not independent."""
    plugin = plugins.load("systems", "systems", system)
    expected = plugin.theory(regime, rate, SIZE, STEPS)
    assert set(expected) <= set(plugin.metrics)
    simulated = [chains(system, regime, rate, each) for each in range(REPLICATES * bool(expected))]
    for metric, values in expected.items():
        means = np.array([[step[metric].mean() for step in each] for each in simulated])
        errors = means.std(axis=0, ddof=1) / np.sqrt(REPLICATES)
        left_out = LEFT_OUT.get(system, 0.0) * np.abs(values)
        assert (np.abs(means.mean(axis=0) - values) <= 4.5 * errors + left_out).all(), metric


@pytest.mark.parametrize("rate", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("regime", ["accumulate", "replace"])
def test_theory_of_label_noise_keeps_its_error_at_the_fewest_rows_it_speaks_of(regime, rate):
    """The first generations are the worst: later ones have more rows, or have settled."""
    size, steps, chains = label_noise.MIN_SIZE, 5, 10_000
    expected = label_noise.theory(regime, rate, size, steps)
    condition = Condition("label_noise", regime, rate, size, steps - 1, chains, seed=1)
    simulated = list(evolve(condition, 0))
    for metric, values in expected.items():
        means = np.array([step[metric].mean() for step in simulated])
        errors = np.array([step[metric].std() for step in simulated]) / np.sqrt(chains)
        assert errors.max() < label_noise.ERROR / 4  # enough chains to see a breach
        assert (np.abs(means - values) <= label_noise.ERROR + 2 * errors).all(), metric


def test_below_the_rows_that_theory_of_label_noise_holds_for_there_is_none():
    edge = label_noise.MIN_SIZE
    for regime in ("accumulate", "replace"):
        assert label_noise.theory(regime, 1.0, edge - 1, 3) == {}
        assert set(label_noise.theory(regime, 1.0, edge, 3)) == set(label_noise.metrics)


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_metric_is_declared_has_its_true_value_and_one_number_a_chain(system):
    plugin = plugins.load("systems", "systems", system)
    assert list(plugin.metrics) == list(plugin.perfect)
    for values in chains(system, "replace", 0.6):
        assert list(values) == list(plugin.metrics)
        for each in values.values():
            assert each.shape == (CHAINS,)
            assert np.isfinite(each).all()


@pytest.mark.parametrize("system", SYSTEMS)
def test_generation_0_is_the_same_everywhere_and_many_rows_are_close_to_the_truth(system):
    plugin = plugins.load("systems", "systems", system)
    main = next(iter(plugin.metrics))
    firsts = [chains(system, regime, rate)[0][main] for regime in REGIMES for rate in (0.0, 1.0)]
    for other in firsts[1:]:
        np.testing.assert_allclose(firsts[0], other)  # sums of rows in another order
    many = next(evolve(Condition(system, "replace", 0.0, 10_000, 0, 2, seed=1), 0))
    for metric, values in many.items():
        assert abs(values.mean() - plugin.perfect[metric]) < 0.06, metric


@pytest.mark.parametrize("system", SYSTEMS)
def test_without_machine_rows_keeping_all_rows_comes_closer_to_the_truth(system):
    plugin = plugins.load("systems", "systems", system)
    main = next(iter(plugin.metrics))
    last = chains(system, "accumulate", 0.0)[-1][main]
    new_only = chains(system, "replace", 0.0)[-1][main]
    truth = plugin.perfect[main]
    assert np.abs(last - truth).mean() < np.abs(new_only - truth).mean()


def test_the_moments_are_those_of_the_papers():
    t = np.arange(1, 31)
    replace = Recursion("replace", 1.0, 10).expected(30)
    np.testing.assert_allclose(replace["variance"], 0.9**t)
    np.testing.assert_allclose(replace["drift"], 1 - 0.9**t)
    accumulate = Recursion("accumulate", 1.0, 10).expected(30)
    np.testing.assert_allclose(accumulate["variance"], np.cumprod(1 - 1 / (10 * t**2)))


def test_without_machine_rows_the_moments_are_those_of_fresh_samples():
    t = np.arange(1, 31)
    for regime, rows in (("replace", 10), ("subsample", 10), ("accumulate", 10 * t)):
        fresh = Recursion(regime, 0.0, 10).expected(30)
        np.testing.assert_allclose(fresh["variance"], 1 - 1 / (rows * np.ones(30)))
        np.testing.assert_allclose(fresh["drift"], 1 / (rows * np.ones(30)))


def test_a_fit_to_profiles_is_the_fit_to_their_people():
    """Scikit-learn's, of one row for each person."""
    rng = np.random.default_rng(0)
    profiles, people = rng.standard_normal((1, 12, 3)), rng.integers(0, 30, (1, 12))
    positive = rng.binomial(people, 0.5)
    rows = np.concatenate([profiles, people[..., None], positive[..., None]], axis=-1)
    counts = np.stack([people - positive, positive], axis=-1)[0]  # (profiles, labels)
    X = np.repeat(np.repeat(profiles[0], 2, axis=0), counts.ravel(), axis=0)
    y = np.repeat(np.tile([0, 1], 12), counts.ravel())
    strength = 1 / logistic_regression.PENALTY
    plain = LogisticRegression(C=strength, fit_intercept=False, tol=1e-10).fit(X, y)
    world = logistic_regression.begin(rng, 1, 12)
    fitted = logistic_regression.fit(world, rows)
    np.testing.assert_allclose(fitted, plain.coef_, atol=1e-6)


@pytest.mark.parametrize("labels", ["separable", "all alike"])
def test_labels_without_a_maximum_leave_finite_coefficients(labels):
    rng = np.random.default_rng(0)
    world = logistic_regression.begin(rng, 5, 12)
    rows = logistic_regression.draw(world, rng)
    positive = (rows[..., 0] > 0) & (labels == "separable")
    rows[..., -1] = np.where(positive, rows[..., -2], 0)
    fitted = logistic_regression.fit(world, rows)
    assert np.isfinite(fitted).all()
    again = logistic_regression.imitate(world, fitted, rows, rng)
    assert np.isfinite(logistic_regression.fit(world, again)).all()


def test_a_class_without_rows_never_comes_back_by_itself():
    lost = [step["classes_lost"] for step in chains("categorical", "replace", 1.0)]
    for before, after in pairwise(lost):
        assert (after >= before).all()
