"""Links and servers that are slow, stall, or are away for a while."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from machines import GRID, another, assert_each_cell_once, end, has_begun, trials
from servers import SlowLink, until

pytestmark = pytest.mark.slow
LATE, HELD, AWAY = 0.025, 4, 5  # seconds
ELSEWHERE = """
import socket
socket.gethostname = lambda: "elsewhere"
"""


@pytest.fixture
def slow(postgres, server) -> Iterator[SlowLink]:
    link = SlowLink(LATE, (postgres, server))
    yield link
    link.cut()


def test_a_worker_on_a_slow_link_that_stalls_works_like_any_other(
    machine, slow, undisturbed_grid, tmp_path
):
    few = GRID | {"repetitions": "3"}
    stage = machine.start(**few, jobs="0")
    until(lambda: trials(machine) != [])
    (tmp_path / "sitecustomize.py").write_text(ELSEWHERE)  # so that its heartbeats are heeded
    far = replace(
        another(machine, "elsewhere"),
        tracking=slow.over(machine.tracking),
        storage=slow.over(machine.storage),
        more={"PYTHONPATH": os.pathsep.join([str(tmp_path), machine.environment["PYTHONPATH"]])},
    )
    workers = [far.start("worker", jobs="1")]
    until(lambda: has_begun(machine))
    slow.slow_down()
    workers.append(another(machine, "worker").start("worker", jobs="1"))
    slow.hold(HELD)
    end(stage)
    for worker in workers:
        end(worker)
    owners = Counter(trial.user_attrs["owner"].split(" ")[0] for trial in trials(machine))
    assert owners["elsewhere"] > 1
    assert owners.total() == 15  # none was tried twice
    assert_each_cell_once(machine, undisturbed_grid, few)


def test_servers_that_are_away_for_a_while_are_waited_for(
    machine, postgres, server, undisturbed_grid
):
    worker = another(machine, "worker").start("worker", jobs="1", wait="30")  # is there in time
    stage = machine.start(**GRID, jobs="1")
    until(lambda: len({trial.user_attrs.get("owner") for trial in trials(machine)}) > 2)
    postgres.stop()
    time.sleep(AWAY)
    postgres.start()
    until(lambda: has_begun(machine, 10))
    server.stop()
    time.sleep(AWAY)
    server.start()
    _, err = end(stage)
    end(worker)
    assert "the study's database does not answer; waiting for it" in err
    assert "the tracking server does not answer; waiting for it" in err
    assert_each_cell_once(machine, undisturbed_grid, GRID)
