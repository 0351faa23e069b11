"""Laws of a lineage under the monitor: it changes nothing, and predicts what nobody has used."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import skops.io
from corpora import make_corpus

from experiments.monitor.lineage import (
    OTHERS,
    Watched,
    breed,
    fresh_windows,
    of_slice,
    open_watched,
)
from experiments.monitor.signals import measured
from mc.data import features as made
from mc.engine.common import DataSettings
from mc.engine.preparation import prepare_rows
from mc.lineage import backends
from mc.lineage.loop import Condition, lineage
from mc.lineage.replicate import Replicate

DEFAULTS = backends.find("lightgbm").Parameters().values()
PLAIN = Condition(sizes=(150, 200, 250), rate=1.0, test_size=250, backend_params={"C": 1.0})
WATCHED = Watched(**vars(PLAIN), window=30)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MC_CACHE", str(tmp_path_factory.mktemp("cache")))
        source = make_corpus(700)
        rare = np.where(np.arange(700) < 5, 2, np.arange(700) % 2).astype(np.int32)
        grouped = replace(source, slices=rare, slice_names=np.array(["books", "tools", "rare"]))
        folder, _ = made.prepare("monitored", lambda: grouped)
        yield open_watched(folder, PLAIN.test_size)


@pytest.fixture(scope="module")
def bred(corpus):
    return pd.DataFrame([each.metrics for each in breed(corpus, WATCHED, 0)])


def test_windows_are_disjoint_and_from_training_and_test_too():
    windows = fresh_windows(700, WATCHED, 3)
    draws = Replicate.draw(700, PLAIN, 3)
    assert windows.shape == (3, 30)
    used = [*windows.ravel(), *draws.order, *draws.test]
    assert len(set(used)) == len(used)


def test_the_monitor_changes_nothing_of_the_lineage(corpus, bred):
    features = corpus.features
    plain = [each.metrics for each in lineage(features, PLAIN, 0)]
    for name in ("accuracy", "roc_auc", "label_error"):
        assert bred[name].tolist() == [each[name] for each in plain]


def test_generation_0_is_its_own_reference_and_later_ones_differ(bred):
    assert set(measured(2, has_texts=True)) <= set(bred)
    assert bred.loc[0, ["agreement", "positive_shift", "confidence_shift"]].tolist() == [1, 0, 0]
    assert (bred.loc[1:, "confidence_shift"] != 0).all()


def test_signals_need_no_labels(corpus, bred):
    flipped = corpus.features.labels.copy()
    unseen = fresh_windows(700, WATCHED, 0).ravel()
    flipped[unseen] = 1 - flipped[unseen]
    other = replace(corpus, features=replace(corpus.features, labels=flipped))
    again = pd.DataFrame([each.metrics for each in breed(other, WATCHED, 0)])
    pd.testing.assert_frame_equal(again, bred)


def test_small_slices_go_together_and_slices_average_to_the_whole(corpus, bred):
    assert corpus.names[-1] == OTHERS  # five reviews
    assert set(corpus.names) == {"books", "tools", OTHERS}
    test = Replicate.draw(700, PLAIN, 0).test
    shares = np.bincount(corpus.places[test], minlength=3) / len(test)
    columns = bred[[of_slice("accuracy", place) for place in range(3)]].fillna(0)
    assert columns.to_numpy() @ shares == pytest.approx(bred["accuracy"].to_numpy())


def test_inputs_do_not_depend_on_the_rate(corpus, bred):
    calm = pd.DataFrame([each.metrics for each in breed(corpus, replace(WATCHED, rate=0.0), 0)])
    assert calm["input_diversity"].tolist() == bred["input_diversity"].tolist()
    assert calm["confidence"].tolist()[0] == bred["confidence"].tolist()[0]
    assert calm["confidence"].tolist()[2] != bred["confidence"].tolist()[2]


@pytest.fixture(scope="module")
def digits():
    return open_watched(prepare_rows(DataSettings.read({"data": "digits"})), 200)


def test_a_table_of_ten_classes_is_watched_and_its_state_can_be_kept(digits):
    wanted = replace(WATCHED, sizes=(200, 300), test_size=200)
    wanted = replace(wanted, backend="lightgbm", backend_params=DEFAULTS)
    first, last = breed(digits, wanted, 0)
    names = {*measured(10, has_texts=False), "accuracy", "roc_auc", "label_error"}
    assert set(first.metrics) == {*names, of_slice("accuracy", 0)}
    assert last.metrics["share_shift"] > 0 == first.metrics["share_shift"]
    plain = Condition(**{name: getattr(wanted, name) for name in vars(PLAIN)})
    *_, known = lineage(digits.features, plain, 0)
    assert last.metrics["accuracy"] == known.metrics["accuracy"]
    content = skops.io.dumps(first.state)
    kept = skops.io.loads(content, trusted=skops.io.get_untrusted_types(data=content))
    (again,) = breed(digits, wanted, 0, kept)
    assert again.metrics == last.metrics
