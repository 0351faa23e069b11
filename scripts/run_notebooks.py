"""Runs docs/notebooks and keeps what they show: ``python -m scripts.run_notebooks``."""

import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
SECONDS = 120  # of one cell at most


def executed(path: Path) -> nbformat.NotebookNode:
    """A notebook with the outputs of its cells, run in an empty folder.

    Raises
    ------
    CellExecutionError
        When a cell fails.
    """
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": folder}})
        client.execute(env=environment)
    for cell in notebook.cells:
        cell.metadata.clear()  # when it ran
    return notebook


def main() -> None:
    """Run all, and write them in place."""
    for path in NOTEBOOKS:
        nbformat.write(executed(path), path)
        print(path.name)


if __name__ == "__main__":
    main()
