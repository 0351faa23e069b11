"""Laws of a page that is kept: drawn once, and never another than would be drawn now."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import pytest
from fake_generations import frame

from mc.data.cache import cache_root
from mc.engine import publishing
from mc.report import writer
from mc.report.stage_result import StageResult

RESULT = StageResult("collapse_rates", {"data": "reviews.csv"}, {"generations": frame()})


@dataclass
class FakeRun:
    """Keeps what is logged in a folder."""

    id: str
    note: str = ""

    def log_folder(self, folder: Path) -> str:
        return str(shutil.copytree(folder, self.id))

    def describe(self, text: str) -> None:
        self.note = text


def publish(
    name: str, result: StageResult = RESULT, *others: StageResult
) -> tuple[dict[str, bytes], str]:
    """Files and description of a run to which pages are published."""
    run = FakeRun(name)
    of_run = [replace(each, facts={**each.facts, "stage run": name}) for each in (result, *others)]
    publishing.publish(run, of_run)
    files = {
        str(path.relative_to(name)): path.read_bytes()
        for path in sorted(Path(name).rglob("*"))
        if path.is_file()
    }
    return files, run.note


@pytest.fixture
def drawn() -> Iterator[list[int]]:
    """Grows by one each time a page is drawn."""
    seen: list[int] = []
    write = writer.write

    def counted(*given, **more):
        seen.append(len(seen))
        return write(*given, **more)

    with patch.object(writer, "write", counted):
        yield seen


def test_the_page_of_the_same_results_is_drawn_once_and_names_its_own_run(drawn, capsys):
    first, note = publish("run-of-the-first")
    said = capsys.readouterr().out
    second, same_note = publish("run-of-the-second")
    assert capsys.readouterr().out == said.replace("run-of-the-first", "run-of-the-second")
    assert drawn == [0]
    assert note == same_note
    assert b"run-of-the-first" in first[writer.PAGE]
    page = first.pop(writer.PAGE).replace(b"run-of-the-first", b"run-of-the-second")
    assert second.pop(writer.PAGE) == page
    assert first == second
    assert {Path(name).suffix for name in first} == {".png", ".svg", ".csv"}


@pytest.mark.slow
def test_each_of_several_kept_pages_names_its_own_run(drawn):
    other = replace(RESULT, stage="low_rates")
    first, _ = publish("run-of-the-first", RESULT, other)
    second, _ = publish("run-of-the-second", RESULT, other)
    assert drawn == [0]
    assert first.keys() == second.keys()
    for stage in ("collapse_rates.html", "low_rates.html"):
        assert b"run-of-the-first" in first[stage]
        assert b"run-of-the-second" in second[stage]
    assert not any(b"run-of-the-first" in file for file in second.values())


def test_other_results_facts_margins_and_programs_are_drawn_anew(drawn):
    publish("a")
    publish("b", replace(RESULT, margin=0.01))
    publish("c", replace(RESULT, facts={"data": "others.csv"}))
    changed = RESULT.frames["generations"].assign(accuracy=0.5)
    publish("d", replace(RESULT, frames={"generations": changed}))
    for digest in ("code_digest", "_files_digest"):
        with patch.object(publishing, digest, lambda: "another"):
            publish(digest)
    assert len(drawn) == 6


def test_a_damaged_page_is_drawn_anew(drawn):
    files, _ = publish("a")
    (kept,) = cache_root().rglob(publishing.PAGES)
    kept.write_bytes(b"damaged")
    assert publish("b")[0].keys() == files.keys()
    assert len(drawn) == 2
