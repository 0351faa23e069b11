"""A stage on PostgreSQL and a tracking server, helped by workers that come, go and are killed."""

import json
import os
import random
import signal
import subprocess
import time

import pandas as pd
import pytest
from laboratory import finished, members
from machines import GRID, another, assert_each_cell_once, end, has_begun, trials
from servers import until

from mc.engine import queue

pytestmark = pytest.mark.slow


def kill(process: subprocess.Popen[str]) -> None:
    """As the out-of-memory killer or a lost machine does: the command and all its workers."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def test_workers_killed_at_random_moments_lose_nothing(machine, undisturbed_grid):
    moments = random.Random(0)
    stage = machine.start(**GRID, jobs="0")
    until(lambda: trials(machine) != [])
    folders = [another(machine, f"worker {n}") for n in range(3)]
    workers = [folder.start("worker", jobs="1") for folder in folders]
    until(lambda: has_begun(machine))
    for _ in range(3):
        time.sleep(moments.uniform(0.5, 2))
        victim = moments.randrange(3)
        kill(workers[victim])
        workers[victim] = folders[victim].start("worker", jobs="1")
    end(stage)
    for worker in workers:
        end(worker)
    assert_each_cell_once(machine, undisturbed_grid, GRID)


def test_a_killed_stage_is_finished_by_the_same_command(machine, undisturbed_grid):
    stage = machine.start(**GRID, jobs="1")
    until(lambda: has_begun(machine))
    worker = another(machine, "worker").start("worker", jobs="1")
    until(lambda: has_begun(machine, 10))
    kill(stage)
    out, _ = machine.run(**GRID, jobs="1")
    end(worker)
    assert "results of an earlier command are reused" in out
    assert_each_cell_once(machine, undisturbed_grid, GRID)


def test_two_commands_at_once_share_one_grid(machine, undisturbed_grid):
    other = another(machine, "other")
    first, second = machine.start(**GRID), other.start(**GRID)
    end(first)
    end(second)
    assert_each_cell_once(machine, undisturbed_grid, GRID)
    assert len(trials(machine)) == 25
    assert len(finished(machine.stage_runs)) == 2


def test_a_worker_that_is_asked_to_leave_hands_its_cell_back(machine):
    long = {"rates": "0,1", "repetitions": "1", "final_size": "500", "increment": "1"}
    stage = machine.start(**long, log_models="none", jobs="0")
    until(lambda: trials(machine) != [])
    worker = another(machine, "worker").start("worker", jobs="1")
    until(lambda: "RUNNING" in {trial.state.name for trial in trials(machine)})
    time.sleep(0.5)
    worker.send_signal(signal.SIGTERM)
    _, err = end(worker, code=130)
    assert "Traceback" not in err
    assert "RUNNING" not in {trial.state.name for trial in trials(machine)}
    another(machine, "successor").run("worker", jobs="2")
    end(stage)
    assert len(members(machine, machine.stage_runs[0])) == 2


def test_a_worker_refuses_other_reviews_and_another_program(machine):
    few = {"rates": "0,1", "repetitions": "1", "log_models": "none"}
    stage = machine.start(**few, jobs="0")
    until(lambda: trials(machine) != [])
    other = another(machine, "worker")
    table = pd.read_csv(other.folder / "reviews.csv")
    table.iloc[:-1].to_csv(other.folder / "reviews.csv", index=False)
    _, err = other.run("worker", expect=1)
    assert "holds other reviews than the stage's" in err
    (name,) = queue.study_names(machine.storage)
    study = queue.open_study(machine.storage, name)
    notice = json.loads(study.user_attrs["notice"])
    study.set_user_attr("notice", json.dumps(notice | {"code": "elsewhere"}))
    place = str(machine.folder / "reviews.csv")
    _, err = other.run("worker", expect=1, data=place)
    assert "runs another version of the program (elsewhere, here " in err
    study.set_user_attr("notice", json.dumps(notice))
    out, _ = other.run("worker", study=name.rpartition("#")[2], data=place)
    assert "done: collapse_rates" in out
    end(stage)
