"""What holds of every strategy, and one sharp law of each."""

from dataclasses import replace

import numpy as np
import pytest

from mc import plugins
from mc.errors import ParameterError
from mc.lineage import backends
from mc.lineage.recipe import check, is_control, parse
from mc.lineage.training_set import HUMAN, Ledger, TrainingSet
from mc.randomness import stream
from mc.settings import Settings

STRATEGIES = plugins.names("strategies")
OLD, NEW, STEP = 60, 40, 3


def make_offer(rate: float = 0.7, step: int = STEP, seed: int = 0) -> TrainingSet:
    """An training of made-up labels, whose arrays nobody can write to."""
    rng = np.random.default_rng(seed)
    size = OLD + NEW
    judged = rng.random((step, NEW))
    human = (rng.random(size) < 0.5).astype(np.int8)
    origin = np.full(size, HUMAN, np.int16)
    origin[OLD:][rng.random(NEW) < rate] = step - 1
    older = rng.random(OLD) < rate
    origin[:OLD][older] = rng.integers(0, max(step - 1, 1), older.sum())
    target = np.where(origin == HUMAN, human, rng.random(size) < 0.5).astype(np.float64)
    target[OLD:] = np.where(origin[OLD:] == HUMAN, human[OLD:], judged[step - 1] > 0.5)
    trained = np.arange(size) >= OLD
    ledger = Ledger(target, origin, np.zeros(size, bool), np.zeros(size, bool))
    for array in (judged, human, trained, *vars(ledger).values()):
        array.setflags(write=False)
    return TrainingSet(
        step=step,
        new=slice(OLD, size),
        ledger=ledger,
        trained=trained,
        weight=np.ones(size),
        human=human,
        share=0.25,
        backend="logistic",
        backend_params={"C": 1.0, "tol": 1e-5, "max_iter": 200},
        judged_by=lambda generation: judged[generation],
        rng=lambda name: stream(seed, name),
    )


def applied(name: str, training: TrainingSet, **settings) -> TrainingSet:
    module = plugins.load("strategies", "strategies", name)
    given = getattr(module, "Parameters", Settings)().values() | settings
    return module.apply(training, **given)


def arrays(training: TrainingSet) -> dict[str, np.ndarray]:
    return {**vars(training.ledger), "trained": training.trained, "weight": training.weight}


def same(one: TrainingSet, other: TrainingSet, rows=slice(None)) -> bool:
    pairs = zip(arrays(one).values(), arrays(other).values(), strict=True)
    equal = all(np.array_equal(a[rows], b[rows]) for a, b in pairs)
    return equal and one.backend_params == other.backend_params


@pytest.mark.parametrize("name", STRATEGIES)
def test_the_same_offer_gives_the_same_answer_and_stays_as_it_is(name):
    training = make_offer()
    before = {key: values.copy() for key, values in arrays(training).items()}
    assert same(applied(name, training), applied(name, make_offer()))
    assert all(np.array_equal(before[key], values) for key, values in arrays(training).items())


@pytest.mark.parametrize("name", STRATEGIES)
def test_rows_stay_as_many_and_their_values_in_range(name):
    changed = applied(name, make_offer())
    assert {len(values) for values in arrays(changed).values()} == {OLD + NEW}
    assert ((changed.target >= 0) & (changed.target <= 1)).all()
    assert (changed.weight >= 0).all()
    assert np.isfinite(changed.weight).all()


@pytest.mark.parametrize("name", STRATEGIES)
def test_where_no_model_labelled_no_label_changes(name):
    training = make_offer(rate=0.0)
    changed = applied(name, training)
    for before, after in zip(
        vars(training.ledger).values(), vars(changed.ledger).values(), strict=True
    ):
        assert np.array_equal(before, after)
    assert (changed.weight == 1).all()


@pytest.mark.parametrize("name", [each for each in STRATEGIES if not is_control(parse(each))])
def test_human_labels_are_looked_at_only_where_they_are_paid_for(name):
    """Other opinions of people change nothing about rows that nobody was asked about."""
    training = make_offer()
    synthetic = training.is_synthetic
    other = replace(training, human=np.where(synthetic, 1 - training.human, training.human))
    ours, theirs = applied(name, training), applied(name, other)
    paid = (synthetic & ~ours.is_synthetic) | ours.ledger.verified
    assert same(ours, theirs, ~paid)
    assert np.array_equal(ours.is_synthetic, theirs.is_synthetic)
    assert np.array_equal(
        ours.target[paid & ~ours.is_synthetic], training.human[paid & ~ours.is_synthetic]
    )


@pytest.mark.parametrize("name", STRATEGIES)
def test_labels_of_earlier_generations_stay_and_human_ones_are_not_thrown_away(name):
    training = make_offer()
    changed = applied(name, training)
    assert np.array_equal(changed.target[:OLD], training.target[:OLD])
    assert not (changed.ledger.discarded & ~training.is_synthetic).any()


def test_fresh_labels_are_a_random_share():
    training = make_offer(rate=1.0)
    assert not applied("fresh_labels", training, share=1.0).is_synthetic[OLD:].any()
    assert same(applied("fresh_labels", training, share=0.0), training)


def test_active_labelling_asks_for_the_most_uncertain():
    training = make_offer(rate=1.0)
    asked = ~applied("active", training, share=0.25).is_synthetic[OLD:]
    doubt = -np.abs(training.judged_by(STEP - 1) - 0.5)
    assert asked.sum() == NEW // 4
    assert doubt[asked].min() >= doubt[~asked].max()


def test_the_confidence_filter_keeps_the_surest():
    training = make_offer(rate=1.0)
    gone = applied("confidence", training, keep=0.25).ledger.discarded[OLD:]
    sureness = np.abs(training.judged_by(STEP - 1) - 0.5)
    assert (~gone).sum() == NEW // 4
    assert sureness[~gone].min() >= sureness[gone].max()
    assert same(applied("confidence", training, keep=1.0), training)


def test_a_perfect_verifier_leaves_right_labels_only():
    training = make_offer(rate=1.0)
    perfect = applied("verifier", training, keep_right=1.0, keep_wrong=0.0)
    wrong = training.target[OLD:] != training.human[OLD:]
    assert np.array_equal(perfect.ledger.discarded[OLD:], wrong)
    assert perfect.ledger.verified[OLD:].all()
    assert not perfect.ledger.verified[:OLD].any()


def test_a_verifier_that_cannot_tell_throws_away_at_random():
    training = make_offer(rate=1.0)
    other = replace(training, human=1 - training.human)
    blind = {"keep_right": 0.5, "keep_wrong": 0.5}
    assert same(applied("verifier", training, **blind), applied("verifier", other, **blind))


def test_a_committee_of_one_labels_as_the_last_generation_does():
    training = make_offer()
    assert same(applied("ensemble", training, generations=1), training)


def test_a_committee_of_all_takes_the_mean_of_all():
    training = make_offer(rate=1.0)
    mean = np.mean([training.judged_by(each) for each in range(STEP)], axis=0)
    for generations in (STEP, 100):
        assert np.array_equal(
            applied("ensemble", training, generations=generations).target[OLD:], mean > 0.5
        )
        soft = applied("soft_labels", training, generations=generations)
        assert np.allclose(soft.target[OLD:], mean, atol=0)


def test_soft_labels_are_the_probabilities_of_the_last_generation():
    training = make_offer()
    soft, given = applied("soft_labels", training), training.is_synthetic[OLD:]
    assert np.array_equal(soft.target[OLD:][given], training.judged_by(STEP - 1)[given])


def test_as_many_labels_are_positive_as_people_gave_at_first():
    labels = applied("prior", make_offer(rate=1.0)).target[OLD:]
    assert labels.sum() == round(0.25 * NEW)
    probability = make_offer(rate=1.0).judged_by(STEP - 1)
    assert probability[labels == 1].min() >= probability[labels == 0].max()


def test_weights_fall_by_the_factor_with_each_generation():
    training = make_offer()
    weights = applied("decay", training, factor=0.5).weight
    for origin in range(HUMAN, STEP):
        assert (weights[training.ledger.origin == origin] == 0.5 ** (origin + 1)).all()
    assert same(applied("decay", training, factor=1.0), training)
    assert np.array_equal(applied("decay", training, factor=0.0).weight > 0, ~training.is_synthetic)


@pytest.mark.parametrize("backend", plugins.names("backends"))
def test_strength_multiplies_what_regularises_a_backend(backend):
    module = backends.find(backend)
    given = module.Parameters().values()
    training = replace(make_offer(), backend=backend, backend_params=given)
    assert applied("regularise", training, strength=1.0).backend_params == given
    strong = applied("regularise", training, strength=4.0).backend_params
    assert {name for name in given if strong[name] != given[name]} == set(module.stronger)
    for name, power in module.stronger.items():
        assert strong[name] == pytest.approx(given[name] * 4.0**power, abs=0.5)
        assert type(strong[name]) is type(given[name])
        beyond = applied("regularise", training, strength=1e4).backend_params[name]
        assert getattr(module.Parameters.read({name: beyond}), name) == beyond


def test_a_backend_that_does_not_say_what_regularises_it_is_refused(monkeypatch):
    monkeypatch.delattr("mc.lineage.backends.logistic.stronger")
    check(parse("accumulate"), "logistic")
    with pytest.raises(ParameterError, match="add `stronger` to mc/lineage/backends/logistic"):
        check(parse("accumulate+regularise"), "logistic")


def drifting(training: TrainingSet, shares: list[float]) -> TrainingSet:
    """Generations that agree with the first one on such shares of the new rows."""
    first = np.arange(NEW) % 2

    def judged_by(generation: int) -> np.ndarray:
        changed = np.arange(NEW) >= round(shares[generation] * NEW)
        return np.where(changed, 1 - first, first).astype(np.float64)

    return replace(training, judged_by=judged_by)


def test_a_restart_comes_when_agreement_falls_below_that_of_the_first_retraining():
    training = make_offer()
    kept = applied("restart", drifting(training, [1.0, 0.8, 0.75]), drop=0.06)
    assert same(kept, training)
    restarted = applied("restart", drifting(training, [1.0, 0.8, 0.7]), drop=0.06)
    assert np.array_equal(restarted.trained, ~training.is_synthetic)
    assert np.array_equal(restarted.ledger.discarded, training.is_synthetic)


def test_the_first_retraining_is_no_alarm():
    training = make_offer(step=1)
    assert same(applied("restart", drifting(training, [0.0]), drop=0.0), training)


def test_all_is_trained_on_that_was_not_thrown_away():
    assert applied("accumulate", make_offer()).trained.all()


def test_the_noise_control_moves_errors_and_add_none():
    training = make_offer(rate=1.0)
    wrong = (applied("noise_control", training).target != training.human)[OLD:]
    assert wrong.sum() == (training.target != training.human)[OLD:].sum()
