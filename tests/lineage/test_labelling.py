"""Laws of labelling, over every way of it."""

import numpy as np
import pytest

from mc.lineage.labelling import LABELLINGS

RNG = np.random.default_rng(0)
PROBABILITY, DRAWS = RNG.random(2000), RNG.random(2000)


@pytest.mark.parametrize("name", LABELLINGS)
def test_labels_are_classes_and_certainty_is_kept(name):
    labels = LABELLINGS[name](PROBABILITY, DRAWS, 0.5)
    assert labels.dtype == np.int8
    assert set(labels) == {0, 1}
    certain = np.repeat([0.0, 1.0], 50)
    np.testing.assert_array_equal(LABELLINGS[name](certain, DRAWS[:100], 0.5), certain)


@pytest.mark.parametrize("name", LABELLINGS)
def test_no_rows_give_no_labels(name):
    assert len(LABELLINGS[name](np.empty(0), np.empty(0), 0.5)) == 0


def test_argmax_gives_ties_to_the_negative_class():
    assert list(LABELLINGS["argmax"](np.array([0.5, 0.5001]), DRAWS[:2], 0.5)) == [0, 1]


def test_sampled_labels_have_the_models_mean():
    labels = LABELLINGS["sample"](np.full(2000, 0.3), DRAWS, 0.5)
    assert abs(labels.mean() - 0.3) < 3 * np.sqrt(0.21 / 2000)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_prior_keeps_the_class_share_of_a_drifting_model(share):
    drifted = PROBABILITY**4  # thinks almost everything negative
    labels = LABELLINGS["prior"](drifted, DRAWS, share)
    assert labels.mean() == pytest.approx(share)
    if 0 < share < 1:
        assert drifted[labels == 1].min() >= drifted[labels == 0].max()
