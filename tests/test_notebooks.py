"""The notebooks of the documentation run, and show what they showed."""

import json
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "docs" / "notebooks").glob("*.ipynb"))


def names(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", NOTEBOOKS, ids=names)
def test_notebooks_are_small_and_hold_no_error(path):
    cells = json.loads(path.read_text())["cells"]
    assert path.stat().st_size < 200_000
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert outputs
    assert {output["output_type"] for output in outputs} <= {"execute_result", "stream"}
    assert "object at 0x" not in path.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=names)
def test_notebooks_run(path):
    from scripts.run_notebooks import executed  # noqa: PLC0415  (few have what runs notebooks)

    kept = json.loads(path.read_text())["cells"]
    for before, now in zip(kept, executed(path)["cells"], strict=True):
        texts = [output.get("text") for output in now.get("outputs", [])]
        assert texts == [
            "".join(output.get("text", "")) or None for output in before.get("outputs", [])
        ]
