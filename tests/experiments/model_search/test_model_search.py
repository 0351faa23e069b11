"""Laws of a search for settings, end to end on a small corpus."""

import pytest
from laboratory import Laboratory, frame, undisturbed_stage

from mc.lineage import backends

TRIALS = 10


@pytest.fixture(scope="module")
def undisturbed() -> Laboratory:
    return undisturbed_stage("model_search")


def test_a_searchs_result_can_be_typed(undisturbed):
    (run,) = undisturbed.stage_runs
    table = frame(run, "trials")
    assert len(table) == TRIALS
    assert table["setting.C"].iloc[0] == 1.0
    best = table[table["is_best"]].iloc[0]
    assert best["accuracy"] == table["accuracy"].max()
    backend = backends.find("logistic")
    text = run.data.params["best_backend_params"]
    assert backend.Parameters.read_text(text, "p").values()["C"] == best["setting.C"]
    out = (undisturbed.folder / "out.txt").read_text()
    assert not text or f"-P backend=logistic -P backend_params={text}" in out
