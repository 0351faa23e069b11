"""Laws of `mc.tolerable_rate`: the search of the experiment, on data in memory."""

import numpy as np
import pytest
from sklearn.datasets import load_digits, make_classification
from sklearn.naive_bayes import GaussianNB

import mc
from mc.errors import DataError, ParameterError
from mc.statistics.search import Search

X, Y = load_digits(return_X_y=True)
QUICK = {"model": GaussianNB(), "regime": "replace", "progress": False, "sizes": [100, 150, 200]}


def made(**more) -> mc.Certificate:
    return mc.tolerable_rate(X, Y, **{**QUICK, "budget": 60, "margin": 0.05, **more})


@pytest.fixture(scope="module")
def certificate() -> mc.Certificate:
    return made(budget=120, width=0.3)


def test_the_interval_is_that_of_the_search_on_these_losses(certificate):
    search = Search(certificate.margin, certificate.confidence)
    for _, rows in certificate.losses.groupby("replicate"):
        search.learn(dict(zip(rows["rate"], rows["loss"], strict=True)))
    assert (certificate.low, certificate.high) == search.interval()
    assert certificate.rate == search.estimate()
    assert certificate.low <= certificate.rate <= certificate.high
    assert certificate.harm_is_shown == search.harm_is_shown


def test_each_replicate_is_new_and_the_cost_is_counted(certificate):
    losses = certificate.losses
    assert sorted(losses["replicate"].unique()) == list(range(certificate.repetitions))
    assert certificate.lineages == len(losses) + certificate.repetitions <= 120
    assert certificate.fits == 3 * certificate.lineages
    assert certificate.is_done == (certificate.missing == 0)


def test_the_losses_are_those_of_collapse():
    certificate = made(first_rates=[1], first_repetitions=3, budget=6)
    study = mc.collapse(X, Y, rates=[0, 1], repetitions=3, **QUICK)
    ends = study.generations.query("generation == 2").pivot(
        index="replicate", columns="rate", values="accuracy"
    )
    np.testing.assert_array_equal(certificate.losses["loss"], ends[0.0] - ends[1.0])


def test_any_number_of_processes_gives_the_same_certificate():
    alone, together = made(), made(jobs=2)
    assert alone.losses.equals(together.losses)
    assert (alone.rate, alone.low, alone.high) == (together.rate, together.low, together.high)


def test_a_rate_that_harms_nothing_is_cleared():
    rows, labels = make_classification(600, class_sep=3.0, flip_y=0, random_state=0)
    found = mc.tolerable_rate(
        rows, labels, model=GaussianNB(), margin=0.1, width=0.3, progress=False, first_rates=[1]
    )
    assert (found.rate, found.high) == (1, 1)
    assert found.low > 0.6
    assert found.is_done
    assert not found.harm_is_shown


def test_answer_assumptions_and_cost_are_shown(certificate):
    text = repr(certificate)
    assert f"tolerable rate {certificate.rate:.2f} [" in text
    assert "95%, at all looks together" in text
    assert "assumed: a higher rate does not lose less" in text
    assert f"cost: {certificate.repetitions} repetitions" in text
    assert certificate._repr_html_().count("<li>") == len(text.splitlines()) - 2


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"margin": 0}, r"margin=0.0 must lie in \[1e-06, 1\]"),
        ({"confidence": 0.4}, r"confidence=0.4 must lie in \[0.5, 0.999999\]"),
        ({"budget": 20}, "budget=20 is less than the 25 lineages of the first look"),
        ({"first_rates": [0]}, r"first_rates=\[0\] must hold a rate above 0"),
        ({"first_rates": [2]}, r"first_rates=\[2\]: rate=2.0 must lie in \[0, 1\]"),
        ({"sizes": [10_000]}, "size=10000 is more than the pool"),
    ],
)
def test_what_cannot_be_used_is_refused(more, message):
    with pytest.raises(ParameterError, match=message):
        made(**more)


def test_test_rows_of_one_class_are_refused():
    rare = np.where(np.arange(len(Y)) < 4, "rare", "often")
    with pytest.raises(DataError, match="holds one class only"):
        mc.tolerable_rate(X, rare, test_size=20, **QUICK)
