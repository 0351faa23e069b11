"""A fault at any fail point costs nothing: the same command ends as if undisturbed."""

import errno
import os
import sys
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest
from laboratory import Laboratory, finished, members
from machines import trials

from mc import failpoints
from mc.engine import worker
from mc.engine.queue import jobs
from mc.tracking import results, runs, store

GENERATIONS = 3
GRID = {"rates": "0,1", "repetitions": "1", "final_size": "400", "log_models": "all"}
REGISTERED = {
    "strategies": "accumulate",
    "trials": "0",
    "repetitions": "1",
    "final_size": "400",
    "register": "reviews",
}
ASKED = {
    point: ("mitigation", REGISTERED) if point == "version made" else ("collapse_rates", GRID)
    for point in failpoints.ALL
}
EXITED, RAISED = 70, 71
CODES = {"exit": {EXITED}, "error": {RAISED, 0}, "interrupt": {130}}  # a job's error is retried


class FaultError(RuntimeError):
    """What nobody expects."""


def come_to_grief(ending: str) -> None:
    if ending == "exit":
        os._exit(EXITED)
    raise KeyboardInterrupt if ending == "interrupt" else FaultError


def fault_at(point: str, ending: str) -> None:
    """Let this process come to grief there, once."""
    reached: list[str] = []

    def heed(event: str, arguments: tuple[object, ...]) -> None:
        if event == failpoints.EVENT and arguments == (point,) and not reached:
            reached.append(point)
            Path("reached").touch()
            come_to_grief(ending)

    sys.addaudithook(heed)


def run(laboratory: Laboratory, stage: str, asked: dict[str, str], code: int = 0) -> str:
    """The whole command in this process; it looks at checkpoints and unsigned claims at once."""
    with patch.object(worker, "CHECKPOINT_SECONDS", 0), patch.object(jobs, "CLAIM_SECONDS", 0):
        return laboratory.run(stage, expect=code, **asked)[1]


def run_into(point: str, ending: str, laboratory: Laboratory) -> None:
    """The command in a process of its own, with the fault."""
    fault_at(point, ending)
    log = (laboratory.folder / "log").open("w")
    with log, redirect_stdout(log), redirect_stderr(log):
        try:
            run(laboratory, *ASKED[point], 130 if ending == "interrupt" else 0)
        except (FaultError, AssertionError):
            sys.exit(RAISED)
        sys.exit(130 if ending == "interrupt" else 0)


def metrics(laboratory: Laboratory) -> pd.DataFrame:
    """Every metric of the newest stage run's lineages that must repeat bit for bit."""
    newest = laboratory.stage_runs[0]
    with patch.dict(os.environ, MLFLOW_TRACKING_URI=laboratory.tracking_uri):
        lineages = results.member_runs(laboratory.client, newest)
        tables = {each.data.tags[store.CELL]: results.Result.of(each).table() for each in lineages}
    frame = pd.concat(tables).sort_index()
    return frame.drop(columns=[name for name in frame if name.endswith("_seconds")])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, pd.DataFrame]:
    """What the commands give that nothing happens to; they reach every fail point."""
    reached: set[object] = set()
    is_over = False

    def heed(event: str, arguments: tuple[object, ...]) -> None:
        if event == failpoints.EVENT and not is_over:
            reached.update(arguments)

    sys.addaudithook(heed)
    found = {}
    for stage, asked in dict(ASKED.values()).items():
        laboratory = Laboratory.build(tmp_path_factory.mktemp(stage), alone=True)
        (laboratory.folder / "cache").rename(laboratory.folder / "cache of another time")
        run(laboratory, stage, asked)
        found[stage] = metrics(laboratory)
    is_over = True
    assert reached == set(failpoints.ALL)
    return found


def assert_ends_as_if_undisturbed(
    laboratory: Laboratory, point: str, undisturbed: dict[str, pd.DataFrame]
) -> None:
    stage, asked = ASKED[point]
    kept = {each.info.run_id for each in finished(laboratory.runs(kind=store.LINEAGE))}
    run(laboratory, stage, asked)
    pd.testing.assert_frame_equal(metrics(laboratory), undisturbed[stage], check_exact=True)
    counted = members(laboratory, laboratory.stage_runs[0])
    lineages = finished(laboratory.runs(kind=store.LINEAGE))
    done = [each for each in lineages if store.RETIRED not in each.data.tags]
    assert kept <= counted  # what was finished is not computed again
    assert set(Counter(each.data.tags[store.CELL] for each in done).values()) == {1}
    assert {each.info.run_id for each in done} == counted
    assert not [each for each in laboratory.runs() if each.info.status == "RUNNING"]
    if asked is GRID:
        assert {len(each.outputs.model_outputs) for each in done} == {GENERATIONS}
    states = Counter(each.state.name for each in trials(laboratory))
    assert states["COMPLETE"] == len(done)
    assert set(states) <= {"COMPLETE", "FAIL", "PRUNED"}


@pytest.fixture
def laboratory(tmp_path) -> Laboratory:
    built = Laboratory.build(tmp_path / "lab", quick=True)
    return replace(built, storage=f"sqlite:///{built.folder}/optuna.db")


ENDINGS = ["exit", *(pytest.param(each, marks=pytest.mark.slow) for each in ("error", "interrupt"))]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("point", failpoints.ALL)
def test_a_fault_costs_no_work_and_no_result(point, ending, undisturbed, laboratory):
    if point == "corpus prepared":
        (laboratory.folder / "cache").rename(laboratory.folder / "cache of another time")
    with_page = replace(laboratory, alone=True, quick=point != "page logged")
    process = get_context("fork").Process(  # of this process, which has imported everything
        target=run_into, args=(point, ending, with_page)
    )
    process.start()
    process.join(120)
    log = (laboratory.folder / "log").read_text()
    assert (laboratory.folder / "reached").exists(), log
    assert process.exitcode in CODES[ending], log
    if ending == "interrupt":
        assert not [each for each in laboratory.runs() if each.info.status == "RUNNING"]
    assert_ends_as_if_undisturbed(laboratory, point, undisturbed)


def test_a_full_disk_is_said_and_what_it_cost_is_done_when_there_is_room(undisturbed, laboratory):
    full = OSError(errno.ENOSPC, "No space left on device")
    with patch.object(runs, "_write_model", side_effect=full):
        err = run(laboratory, "collapse_rates", GRID, code=1)
    assert "No space left on device" in err
    assert "Traceback" not in err
    assert {each.info.status for each in laboratory.runs()} == {"FAILED"}
    assert_ends_as_if_undisturbed(laboratory, "model written", undisturbed)
