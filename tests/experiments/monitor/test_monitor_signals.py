"""Laws of the signals of a window: what moves them, and what does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from experiments.monitor.settings import SIGNALS
from experiments.monitor.signals import (
    DESCRIPTIONS,
    input_signals,
    measured,
    prediction_signals,
    reference_signals,
)

shares = arrays(float, st.integers(1, 40), elements=st.floats(0, 1))


@settings(max_examples=25)
@given(shares)
def test_mirrored_probabilities_are_as_sure_and_mirror_their_share(probability):
    seen, mirrored = prediction_signals(probability), prediction_signals(1 - probability)
    for name in ("confidence", "prediction_entropy"):
        assert seen[name] == pytest.approx(mirrored[name], abs=1e-9)
    undecided = np.mean((probability > 0.5) == (1 - probability > 0.5))
    shares_ = seen["positive_share"] + mirrored["positive_share"]
    assert abs(shares_ - 1) <= undecided + 1e-12
    assert 0.5 <= seen["confidence"] <= 1
    assert -1e-12 <= seen["prediction_entropy"] <= 1 + 1e-12


def test_certain_and_undecided_predictions_are_the_ends():
    certain, undecided = (
        prediction_signals(np.array([0.0, 1.0])),
        prediction_signals(np.full(4, 0.5)),
    )
    assert (certain["confidence"], certain["prediction_entropy"]) == (1, 0)
    assert (undecided["confidence"], undecided["prediction_entropy"]) == (0.5, 1)


@settings(max_examples=25)
@given(shares)
def test_a_model_beside_itself_shows_nothing(probability):
    same = {"agreement": 1, "positive_shift": 0, "confidence_shift": 0}
    assert reference_signals(probability, probability) == same


def test_shifts_have_the_sign_of_the_model_and_not_of_its_reference():
    seen = reference_signals(np.array([0.9, 0.8]), np.array([0.6, 0.4]))
    assert seen["positive_shift"] == 0.5
    assert seen["confidence_shift"] == pytest.approx(0.25)
    assert seen["agreement"] == 0.5


def test_diversity_is_the_same_on_average_whatever_the_window():
    rng, law = np.random.default_rng(0), np.array([0.5, 0.3, 0.2])
    small, large = (
        np.mean([input_signals(rng.multinomial(n, law))["input_diversity"] for _ in range(4000)])
        for n in (5, 100)
    )
    assert small == pytest.approx(1 - (law**2).sum(), abs=0.015)
    assert large == pytest.approx(1 - (law**2).sum(), abs=0.005)


def test_all_signals_have_a_description_and_data_have_those_that_can_be_measured_on_them():
    one, many = np.array([0.2, 0.7]), np.array([[0.2, 0.7, 0.1]])
    words = input_signals(np.array([2, 1]))
    of_two = prediction_signals(one) | reference_signals(one, one) | words
    of_more = prediction_signals(many) | reference_signals(many, many)
    assert tuple(of_two) == measured(2, has_texts=True)
    assert set(of_more) == set(measured(3, has_texts=False))
    assert {*of_two, *of_more} == set(SIGNALS)
    assert tuple(DESCRIPTIONS) == SIGNALS


def test_signals_of_more_classes_say_what_those_of_two_do():
    rng = np.random.default_rng(0)
    own, frozen = rng.random((2, 50))
    pairs = [np.column_stack([1 - each, each]) for each in (own, frozen)]
    two = prediction_signals(own) | reference_signals(own, frozen)
    more = prediction_signals(pairs[0]) | reference_signals(*pairs)
    for name in ("confidence", "prediction_entropy", "agreement", "confidence_shift"):
        assert more[name] == pytest.approx(two[name])
    assert more["largest_share"] == max(two["positive_share"], 1 - two["positive_share"])
    assert more["share_shift"] == pytest.approx(abs(two["positive_shift"]))


@settings(max_examples=25)
@given(st.integers(3, 6), st.integers(0, 1000))
def test_a_model_of_more_classes_beside_itself_shows_nothing(n_classes, seed):
    probability = np.random.default_rng(seed).dirichlet(np.ones(n_classes), 20)
    same = {"agreement": 1, "share_shift": 0, "confidence_shift": 0}
    assert reference_signals(probability, probability) == same
