"""Laws of MLflow records: models load and judge raw text, statuses tell the truth."""

from dataclasses import replace

import mlflow
import numpy as np
import pandas as pd
import pytest
import skops.io
from mlflow.entities import LoggedModelStatus
from mlflow.utils.mlflow_tags import MLFLOW_PROJECT_ENTRY_POINT, MLFLOW_RUN_NOTE
from sklearn.dummy import DummyClassifier

from mc import plugins
from mc.data.vectoriser import Representation, Vectoriser
from mc.errors import TrackingError
from mc.lineage import backends
from mc.lineage.loop import Condition, TrainedModel, lineage
from mc.tracking import results, runs, store
from mc.tracking.models import ModelWriter
from mc.tracking.runs import describe_refused, open_job_run, open_stage_run
from mc.types import GenerationRecord

SIZES = (300, 340)


@pytest.fixture
def client(stores):
    return store.connect()


def generations(features, backend):
    settings = backends.find(backend).Parameters.read_text("", "p").values()
    settings |= {"n_estimators": 10} if "n_estimators" in settings else {}
    wanted = Condition(SIZES, 0.5, backend=backend, backend_params=settings, test_size=200)
    return list(lineage(features, wanted, 0))


def log_lineage(client, features, backend, bred):
    params = dict.fromkeys(results.AXES, "0") | {"backend": backend}
    tags = {store.KIND: store.LINEAGE, store.STUDY: "s", store.CELL: "c"}
    run = open_job_run(
        client,
        "0",
        "parent",
        "name",
        params=params,
        tags=tags,
        writer=ModelWriter(features, backend),
        model_title="stage · name",
    )
    with run:
        run.log_corpus(features)
        for generation in bred:
            run.add(generation, keep_model=True)
        run.log_whole({})
        run.finish()
    return client.get_run(run.id)


@pytest.mark.parametrize("backend", plugins.names("backends"))
def test_logged_models_predict_from_raw_texts(client, corpus, features, backend):
    bred = generations(features, backend)
    run = log_lineage(client, features, backend, bred)
    texts = corpus.texts[:50]
    assert len(run.outputs.model_outputs) == len(bred)
    for output in run.outputs.model_outputs:
        expected = bred[output.step].model.probabilities(features.X[:50])
        model = mlflow.pyfunc.load_model(f"models:/{output.model_id}")
        for given in (texts, np.array(texts), pd.Series(texts), pd.DataFrame({"review": texts})):
            np.testing.assert_array_equal(model.predict(given), expected > 0.5)
        native = mlflow.sklearn.load_model(f"models:/{output.model_id}")
        np.testing.assert_allclose(native.predict_proba(texts)[:, 1], expected, atol=1e-6)


def test_a_constant_model_loads_too(client, corpus, features):
    constant = DummyClassifier().fit(features.X[:1], [1])
    known = Vectoriser.known(features.reviews, 600, 1, Representation("counts"))
    bred = [GenerationRecord({"accuracy": 0.5}, TrainedModel(known, constant))]
    run = log_lineage(client, features, "logistic", bred)
    model = mlflow.pyfunc.load_model(f"models:/{run.outputs.model_outputs[0].model_id}")
    assert list(model.predict(corpus.texts[:3])) == [1, 1, 1]


@pytest.mark.parametrize("backend", plugins.names("backends"))
def test_a_logged_model_is_made_of_named_types_only(features, backend, tmp_path):
    model = generations(features, backend)[0].model
    ModelWriter(features, backend).write(tmp_path, model, "r", "m")
    declared = {"numpy.ravel", *backends.find(backend).trusted_types}
    assert set(skops.io.get_untrusted_types(file=tmp_path / "model.skops")) <= declared
    assert "serialization_format: skops" in (tmp_path / "MLmodel").read_text()


def test_a_writer_may_meet_arrays_that_it_has_not_compressed(corpus, features, tmp_path):
    model = generations(features, "logistic")[0].model
    writer = ModelWriter(features, "logistic")
    writer.write(tmp_path, model, "r", "m")
    expected = skops.io.load(tmp_path / "model.skops", trusted=["numpy.ravel"])
    others = ModelWriter(replace(features, terms=features.terms.copy()), "logistic")
    others.write(tmp_path, model, "r", "m")
    writer._steps = others._steps  # equal, elsewhere in memory
    writer.write(tmp_path, model, "r", "m")
    got = skops.io.load(tmp_path / "model.skops", trusted=["numpy.ravel"])
    np.testing.assert_array_equal(
        got.predict_proba(corpus.texts[:50]), expected.predict_proba(corpus.texts[:50])
    )


def test_each_generation_is_a_step_with_its_metrics_and_its_model(client, features):
    bred = generations(features, "logistic")
    run = log_lineage(client, features, "logistic", bred)
    assert run.info.status == "FINISHED"
    outputs = {output.step: output.model_id for output in run.outputs.model_outputs}
    assert set(outputs) == {0, 1}
    for name in bred[0].metrics:
        history = client.get_metric_history(run.info.run_id, name)
        assert [(each.step, each.value) for each in history] == [
            (generation.state.step, generation.metrics[name]) for generation in bred
        ]
    for generation in bred:
        model = client.get_logged_model(outputs[generation.state.step])
        assert model.status == LoggedModelStatus.READY
        assert model.name == f"stage · name · g0{generation.state.step}"
        assert model.tags[store.CELL] == "c"
        digest = {each.dataset_digest for each in model.metrics}
        assert digest == {run.inputs.dataset_inputs[0].dataset.digest}
        assert {m.key: m.value for m in model.metrics} == dict(generation.metrics)


def test_the_table_reads_back_bit_for_bit(client, features):
    bred = generations(features, "logistic")
    run = log_lineage(client, features, "logistic", bred)
    frame = results.read_generations([results.Result.of(run)])
    for generation, (_, row) in zip(bred, frame.iterrows(), strict=True):
        assert {name: row[name] for name in generation.metrics} == dict(generation.metrics)


def test_the_corpus_is_the_runs_dataset(client, features):
    run = log_lineage(client, features, "logistic", generations(features, "logistic"))
    dataset = run.inputs.dataset_inputs[0].dataset
    assert (dataset.name, dataset.digest) == ("test", features.about["digest"][:16])
    assert '"num_rows": 600' in dataset.profile
    assert '"positive_share"' in dataset.profile


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt, "KILLED"), (ValueError, "FAILED"), (None, "KILLED")]
)
def test_only_a_run_that_reached_its_end_is_finished(client, error, status):
    run = open_stage_run(client, "0", "name", params={}, tags={})
    if error:
        with pytest.raises(error), run:
            raise error
    else:
        with run:
            pass
    assert client.get_run(run.id).info.status == status


def test_an_error_of_a_library_that_an_interrupt_fell_into_is_the_interrupt(client, monkeypatch):
    run = open_stage_run(client, "0", "name", params={}, tags={})
    monkeypatch.setattr(runs, "is_ending", lambda: True)
    with pytest.raises(ValueError, match="disk I/O"), run:
        raise ValueError("disk I/O error")
    found = client.get_run(run.id)
    assert (found.info.status, "Failed" in found.data.tags["mlflow.note.content"]) == (
        "KILLED",
        False,
    )


def test_a_run_of_mlflow_projects_is_taken_over(client, monkeypatch):
    given = client.create_run("0")
    client.log_param(given.info.run_id, "rates", "0,0.50")
    monkeypatch.setenv("MLFLOW_RUN_ID", given.info.run_id)
    params = {"rates": "0,0.5", "seed": "0"}
    with open_stage_run(client, "0", "stage", params=params, tags={"a": "b"}) as run:
        run.finish()
    found = client.get_run(given.info.run_id)
    assert run.id == given.info.run_id
    assert found.data.params == {"rates": "0,0.50", "seed": "0"}
    assert (found.info.run_name, found.data.tags["a"]) == ("stage", "b")


@pytest.mark.parametrize(("others", "status"), [(False, "KILLED"), (True, "RUNNING")])
def test_a_run_whose_stage_never_began_is_closed_unless_it_may_be_starting(
    client, monkeypatch, others, status
):
    monkeypatch.setattr(store, "others_launching", lambda: others)
    mine, lost = (
        client.create_run("0", tags={"mlflow.project.entryPoint": "x"}).info.run_id for _ in "ab"
    )
    monkeypatch.setenv("MLFLOW_RUN_ID", mine)
    store.mend(client, "0")
    assert client.get_run(lost).info.status == status
    assert client.get_run(mine).info.status == "RUNNING"


def test_runs_of_dead_processes_are_closed_and_those_of_living_ones_are_not(client):
    living = open_stage_run(client, "0", "name", params={}, tags={})
    host, pid, start = client.get_run(living.id).data.tags[store.OWNER].split()
    owners = {
        "elsewhere": f"another-host {pid} {start}",
        "dead": f"{host} {pid} {float(start) - 9}",
    }
    runs = {
        name: client.create_run("0", tags={store.OWNER: owner}).info.run_id
        for name, owner in owners.items()
    }
    foreign = client.create_run("0").info.run_id
    assert store.mend(client, "0") == 1
    assert client.get_run(runs["dead"]).info.status == "KILLED"
    for run_id in (runs["elsewhere"], foreign, living.id):
        assert client.get_run(run_id).info.status == "RUNNING"


@pytest.mark.parametrize("uri", ["nonsense://x", "file:///tmp", "http://127.0.0.1:9"])
def test_a_store_that_cannot_be_used_is_named(monkeypatch, uri):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(TrackingError, match=f"tracking store '{uri}' cannot be used"):
        store.connect()


def test_a_new_store_is_whole_before_it_has_its_name(tmp_path, monkeypatch):
    """Killed while the schema is made, a command leaves no half-made store behind."""
    path = tmp_path / "new" / "mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{path}")
    seen = []
    opened = store.MlflowClient

    def looking(*given: str) -> mlflow.MlflowClient:
        seen.append(path.exists())
        return opened(*given)

    monkeypatch.setattr(store, "MlflowClient", looking)
    assert store.connect().get_experiment("0").name == "Default"
    assert seen == [False, True]
    assert not list(path.parent.glob("*unfinished*"))


def test_a_half_made_store_is_one_line(tmp_path, monkeypatch):
    path = tmp_path / "mlflow.db"
    path.write_bytes(b"not a database, but long enough to be taken for one" * 99)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{path}")
    with pytest.raises(TrackingError, match="remove a database whose making was interrupted"):
        store.connect()


def test_a_run_that_fails_says_why(client):
    with pytest.raises(TrackingError), open_stage_run(client, "0", "s", params={}, tags={}) as run:
        raise TrackingError("rate=1.2 must lie in [0, 1]")
    failed = client.get_run(run.id)
    assert failed.info.status == "FAILED"
    assert failed.data.tags[MLFLOW_RUN_NOTE] == "**Failed**: rate=1.2 must lie in [0, 1]"


def test_the_run_of_a_refused_command_has_a_name_and_the_reason(client, monkeypatch):
    tags = {MLFLOW_PROJECT_ENTRY_POINT: "collapse_rates"}
    made = client.create_run("0", run_name="wistful-ape-1", tags=tags).info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", made)
    describe_refused("rate=1.2", "refused")
    refused = client.get_run(made)
    assert refused.info.run_name == "collapse_rates · refused"
    assert refused.data.tags[MLFLOW_RUN_NOTE] == "rate=1.2"
    describe_refused("told twice", "refused")  # the run is taken: nothing happens
    assert client.get_run(made).data.tags[MLFLOW_RUN_NOTE] == "rate=1.2"


def test_parameters_without_a_value_are_left_out(client):
    with open_stage_run(client, "0", "s", params={"a": "", "b": "1"}, tags={}) as run:
        run.finish()
    assert client.get_run(run.id).data.params == {"b": "1"}
