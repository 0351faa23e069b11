"""Laws of labelling, over every way of it, for two classes and for more."""

from functools import partial

import numpy as np
import pytest

from mc import plugins
from mc.lineage.probabilities import likeliest, with_shares

RNG = np.random.default_rng(0)
PROBABILITY, DRAWS = RNG.random(2000), RNG.random(2000)
OF_FIVE = RNG.dirichlet(np.ones(5), 2000)  # (m, K)
HUMAN = np.array([0.5, 0.3, 0.15, 0.04, 0.01])
label_by = partial(plugins.load, "labellings", "labelling")


@pytest.mark.parametrize("name", plugins.LABELLINGS)
def test_labels_are_classes_and_certainty_is_kept(name):
    label = label_by(name)
    labels = label(PROBABILITY, DRAWS, 0.5)
    assert labels.dtype == np.int8
    assert set(labels) == {0, 1}
    certain = np.repeat([0.0, 1.0], 50)
    np.testing.assert_array_equal(label(certain, DRAWS[:100], 0.5), certain)


@pytest.mark.parametrize("name", plugins.LABELLINGS)
def test_labels_of_more_classes_are_classes_and_certainty_is_kept(name):
    label = label_by(name)
    labels = label(OF_FIVE, DRAWS, HUMAN)
    assert labels.dtype == np.int8
    assert set(labels) == set(range(5))
    certain = np.repeat(np.arange(5), 20)
    np.testing.assert_array_equal(label(np.eye(5)[certain], DRAWS[:100], np.full(5, 0.2)), certain)


@pytest.mark.parametrize("name", plugins.LABELLINGS)
def test_no_rows_give_no_labels(name):
    assert len(label_by(name)(np.empty(0), np.empty(0), 0.5)) == 0
    assert len(label_by(name)(np.empty((0, 5)), np.empty(0), HUMAN)) == 0


def test_argmax_gives_ties_to_the_negative_class():
    assert list(label_by("argmax")(np.array([0.5, 0.5001]), DRAWS[:2], 0.5)) == [0, 1]


def test_sampled_labels_have_the_models_mean():
    labels = label_by("sample")(np.full(2000, 0.3), DRAWS, 0.5)
    assert abs(labels.mean() - 0.3) < 3 * np.sqrt(0.21 / 2000)
    counts = np.bincount(label_by("sample")(np.tile(HUMAN, (2000, 1)), DRAWS, HUMAN), minlength=5)
    np.testing.assert_allclose(counts / 2000, HUMAN, atol=4 * np.sqrt(0.25 / 2000))


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_prior_keeps_the_class_share_of_a_drifting_model(share):
    drifted = PROBABILITY**4  # thinks almost everything negative
    labels = label_by("prior")(drifted, DRAWS, share)
    assert labels.mean() == pytest.approx(share)
    if 0 < share < 1:
        assert drifted[labels == 1].min() >= drifted[labels == 0].max()


def test_prior_gives_every_class_its_human_share():
    drifted = OF_FIVE**4 / (OF_FIVE**4).sum(1, keepdims=True)
    labels = label_by("prior")(drifted, DRAWS, HUMAN)
    np.testing.assert_array_equal(np.bincount(labels), 2000 * HUMAN)
    taken = drifted[np.arange(2000), labels]
    assert taken.mean() > drifted[np.arange(2000), RNG.permutation(labels)].mean()


def test_shares_that_are_no_whole_numbers_of_rows_are_rounded_to_them():
    labels = with_shares(OF_FIVE[:7], HUMAN)
    assert len(labels) == 7
    assert np.bincount(labels, minlength=5).tolist() == [4, 2, 1, 0, 0]


def test_two_classes_are_labelled_alike_however_they_are_written():
    as_columns = np.column_stack([1 - PROBABILITY, PROBABILITY])
    np.testing.assert_array_equal(likeliest(as_columns), likeliest(PROBABILITY))
    ranked = with_shares(PROBABILITY, 0.25)
    np.testing.assert_array_equal(with_shares(as_columns, np.array([0.75, 0.25])), ranked)
