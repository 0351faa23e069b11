"""Laws of the study: every cell once, whatever was there before and whoever died."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mc import search
from mc.errors import StudyError
from mc.processes import owner

CELLS = [search.Cell(f"cell {n}", {"rate": n / 10, "replicate": n}) for n in range(4)]
DEAD = " ".join([*owner().split()[:2], "1.0"])  # this pid, in another life


@pytest.fixture
def study():
    return search.open_study("sqlite:///optuna.db", "study")


def compute(log: list[str]):
    def value(claim: search.Claim) -> float:
        claim.report(0, 0.5)
        claim.report(1, 0.7)
        log.append(claim.key)
        return 0.7

    return value


def test_every_cell_is_computed_once_and_recorded(study):
    log: list[str] = []
    search.reconcile(study, CELLS, {})
    search.work(study, compute(log))
    assert sorted(log) == [cell.key for cell in CELLS]
    assert [trial.params for trial in study.trials] == [dict(cell.params) for cell in CELLS]
    assert study.trials[0].intermediate_values == {0: 0.5, 1: 0.7}
    assert search.progress(study, CELLS) == search.Progress(4, 8, 0, {})


def test_reconciling_again_adds_nothing(study):
    for _ in range(3):
        search.reconcile(study, CELLS, {})
    assert len(study.trials) == len(CELLS)
    search.work(study, compute([]))
    search.reconcile(study, CELLS, dict.fromkeys([cell.key for cell in CELLS], 0.7))
    assert len(study.trials) == len(CELLS)


def test_more_cells_extend_the_study(study):
    log: list[str] = []
    search.reconcile(study, CELLS[:2], {})
    search.work(study, compute(log))
    search.reconcile(study, CELLS, dict.fromkeys(log, 0.7))
    search.work(study, compute(log))
    assert sorted(log) == [cell.key for cell in CELLS]


def test_a_result_that_is_gone_is_computed_again(study):
    log: list[str] = []
    search.reconcile(study, CELLS[:1], {})
    search.work(study, compute(log))
    search.reconcile(study, CELLS[:1], {})
    assert search.progress(study, CELLS[:1]) == search.Progress(0, 0, 1, {})
    search.work(study, compute(log))
    assert log == ["cell 0", "cell 0"]
    assert search.progress(study, CELLS[:1]).done == 1


def test_results_of_a_lost_study_are_recorded_without_computing(study):
    search.reconcile(study, CELLS, {cell.key: 0.9 for cell in CELLS})
    assert not search.is_waiting(study)
    assert {trial.value for trial in study.trials} == {0.9}
    assert search.progress(study, CELLS).done == 4


CLAIMING = """
import sys, time
from mc import search
study = search.open_study("sqlite:///optuna.db", "study")
print("ready", flush=True)
sys.stdin.readline()
search.work(study, lambda claim: print(claim.key, flush=True) or 1.0)
"""


def test_workers_that_claim_at_the_same_moment_never_share_a_cell(study):
    cells = [search.Cell(f"cell-{n}", {"replicate": n}) for n in range(60)]
    search.reconcile(study, cells, {})
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMING],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    outputs = [worker.communicate(timeout=120) for worker in workers]
    assert [err for _, err in outputs if err] == []
    computed = [key for out, _ in outputs for key in out.split()]
    assert sorted(computed) == sorted(cell.key for cell in cells)


def claim(study, process: str):
    with pytest.warns(UserWarning, match="Heartbeat"):  # a worker that is killed never goes on
        trial = study.ask()
    trial.set_user_attr("owner", process)
    return trial


def test_a_dead_workers_cell_is_done_by_another(study):
    search.reconcile(study, CELLS, {})
    claim(study, DEAD)
    log: list[str] = []
    search.reconcile(study, CELLS, {})
    search.work(study, compute(log))
    assert sorted(log) == [cell.key for cell in CELLS]


def test_a_living_workers_cell_is_left_to_it(study):
    search.reconcile(study, CELLS, {})
    claim(study, owner())
    claim(study, "another-host 1 1.0")
    log: list[str] = []
    search.reconcile(study, CELLS, {})
    search.work(study, compute(log))
    assert sorted(log) == ["cell 2", "cell 3"]


def test_a_result_logged_just_before_a_kill_is_told_to_the_study(study):
    search.reconcile(study, CELLS[:1], {})
    claim(study, DEAD)
    search.reconcile(study, CELLS[:1], {"cell 0": 0.8})
    assert search.progress(study, CELLS[:1]).done == 1
    assert not search.is_waiting(study)


def test_a_cell_that_fails_is_tried_three_times_and_the_rest_goes_on(study):
    log: list[str] = []

    def value(claim: search.Claim) -> float:
        log.append(claim.key)
        if claim.key == "cell 1":
            raise ValueError("no such luck")
        return 0.7

    search.reconcile(study, CELLS, {})
    for _ in range(5):
        search.work(study, value)
        search.retry(study, CELLS)
    state = search.progress(study, CELLS)
    assert log.count("cell 1") == search.TRIES
    assert (state.done, state.unfinished) == (3, 0)
    assert state.failed == {"cell 1": "ValueError: no such luck"}


def test_a_new_command_tries_a_given_up_cell_again(study):
    def fail(claim: search.Claim) -> float:
        raise ValueError(claim.key)

    search.reconcile(study, CELLS[:1], {})
    for _ in range(search.TRIES):
        search.work(study, fail)
        search.retry(study, CELLS[:1])
    assert search.progress(study, CELLS[:1]).failed == {"cell 0": "ValueError: cell 0"}
    search.reconcile(study, CELLS[:1], {})
    search.work(study, compute([]))
    assert search.progress(study, CELLS[:1]) == search.Progress(1, 2, 0, {})


def test_starting_over_forgets_everything(study):
    search.reconcile(study, CELLS, {cell.key: 0.9 for cell in CELLS})
    assert search.start_over("sqlite:///optuna.db", "study").trials == []


@pytest.mark.parametrize("storage", ["sqlite:////no/such/folder/x.db", "nonsense", "foo://bar"])
def test_a_storage_that_cannot_be_used_is_named(storage):
    with pytest.raises(StudyError, match=r"cannot be used.*sqlite:///optuna\.db"):
        search.open_study(storage, "study")


def test_a_password_is_never_shown():
    address = "postgresql+psycopg2://user:secret@127.0.0.1:1/x"
    with pytest.raises(StudyError) as caught:
        search.open_study(address, "study")
    assert "secret" not in str(caught.value)
