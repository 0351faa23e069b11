"""Laws of lineages of transformers, and one run from end to end."""

import dataclasses

import mlflow
import numpy as np
import pytest
from corpora import make_corpus
from laboratory import Laboratory, finished

from experiments.text_collapse.lineage import Condition, breed
from mc.lineage import backends
from mc.text.generators import transformer
from mc.text.tokens import open_tokens, prepare
from mc.tracking import store

PARAMETERS = "pieces=300,context=16,width=16,layers=1,heads=2,epochs=2"
LOGISTIC = backends.find("logistic").Parameters.read_text("", "p").values()
BASE = Condition(
    "replace",
    1.0,
    reviews=60,
    generations=2,
    test_size=100,
    backend_params=LOGISTIC,
    generator="transformer",
    generator_params=transformer.Parameters.read_text(PARAMETERS, "p").values(),
    longest=20,
)


@pytest.fixture(scope="module")
def tokens(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MC_CACHE", str(tmp_path_factory.mktemp("cache")))
        return open_tokens(prepare("small", lambda: make_corpus(400))[0])


@pytest.mark.parametrize("warm_start", [False, True])
def test_an_interrupted_lineage_ends_as_an_undisturbed_one(tokens, warm_start):
    parameters = {**BASE.generator_params, "warm_start": warm_start}
    condition = dataclasses.replace(BASE, generator_params=parameters)
    whole = list(breed(tokens, condition, 0))
    rest = list(breed(tokens, condition, 0, whole[0].state))
    assert [each.metrics for each in rest] == [each.metrics for each in whole[1:]]
    assert all(np.isfinite(list(each.metrics.values())).all() for each in whole)


def test_rules_of_decoding_change_what_is_written_and_nothing_before_it(tokens):
    rules = ("sample", "nucleus:0.5")
    first = [next(breed(tokens, dataclasses.replace(BASE, decoding=rule), 0)) for rule in rules]
    same = ("accuracy", "perplexity", "vocabulary")
    assert all(first[0].metrics[name] == first[1].metrics[name] for name in same)
    assert first[0].metrics["word_entropy"] != first[1].metrics["word_entropy"]


def test_a_run_keeps_a_model_that_writes(tmp_path):
    laboratory = Laboratory.build(tmp_path, alone=True)
    laboratory.run(
        "text_collapse",
        rates="0,1",
        regimes="replace",
        reviews="40",
        generations="1",
        longest="20",
        repetitions="1",
        generator="transformer",
        generator_params=PARAMETERS,
        decoding="sample,top_k:5",
    )
    members = finished(laboratory.runs(kind=store.LINEAGE))
    assert len(members) == 4
    (model, *_) = members[0].outputs.model_outputs
    place = laboratory.client.get_logged_model(model.model_id).artifact_location
    written = mlflow.pyfunc.load_model(place).predict(np.array([0, 1, 1]))
    assert len(written) == 3
