"""Breaks the program in small ways, one at a time, and says which of them the tests notice.

``python -m tests.mutations`` works on copies. Of each break it first runs the tests that should
notice, then, where they do not, the whole suite; ``--all`` with the slow tests.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("mc", "experiments", "tests", "benchmarks", "deploy", "docs")
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff", "LICENSE")
FILES = (*PAGES, "pyproject.toml", "MLproject", "conda.yaml", ".gitignore")


@dataclass(frozen=True)
class Mutation:
    """A small break.

    Parameters
    ----------
    what : str
        In words.
    file : str
        Where.
    old, new : str
        The text that is replaced, which the file holds once, and what stands there instead.
    tests : str
        Where its breach should be noticed first.
    """

    what: str
    file: str
    old: str
    new: str
    tests: str


LINEAGE, ENGINE = "tests/lineage", "tests/engine"
MUTATIONS = (
    Mutation(
        "the rate is ignored",
        "mc/lineage/loop.py",
        "contaminated = draws.contamination[new] < condition.rate",
        "contaminated = draws.contamination[new] < 0.5",
        LINEAGE,
    ),
    Mutation(
        "the contaminated rows are not nested in the rate",
        "mc/lineage/loop.py",
        "contaminated = draws.contamination[new] < condition.rate",
        "contaminated = rng.random(size - new.start) < condition.rate",
        LINEAGE,
    ),
    Mutation(
        "replicates share their rows",
        "mc/lineage/replicate.py",
        'stream(seed, replicate, "rows")',
        'stream(seed, "rows")',
        LINEAGE,
    ),
    Mutation(
        "test rows are trained on",
        "mc/lineage/replicate.py",
        "order=shuffled[condition.test_size :][:size]",
        "order=shuffled[:size]",
        LINEAGE,
    ),
    Mutation(
        "a generation is labelled by the one before the last",
        "mc/lineage/loop.py",
        "guesses = label(judged_by(step - 1), draws",
        "guesses = label(judged_by(max(0, step - 2)), draws",
        LINEAGE,
    ),
    Mutation(
        "`replace` keeps the rows of the generation before",
        "mc/lineage/regimes/replace.py",
        "slice(sizes[step - 1] if step else 0, sizes[step])",
        "slice(sizes[step - 2] if step > 1 else 0, sizes[step])",
        LINEAGE,
    ),
    Mutation(
        "lineages of another seed are reused",
        "mc/engine/conditions.py",
        "if name not in axes}\n    if",
        'if name not in (*axes, "seed")}\n    if',
        "tests/experiments/test_collapse_rates.py",
    ),
    Mutation(
        "two workers can take one job",
        "mc/engine/queue/storage.py",
        'exec_driver_sql("BEGIN IMMEDIATE")',
        'exec_driver_sql("BEGIN DEFERRED")',
        f"{ENGINE}/queue",
    ),
    Mutation(
        "a checkpoint is one generation late",
        "mc/engine/worker.py",
        "run.take_over(interrupted.records, interrupted.run_id)",
        "run.take_over(interrupted.records[:-1], interrupted.run_id)",
        f"{ENGINE}/test_worker.py",
    ),
    Mutation(
        "a late result is not retired",
        "mc/engine/queue/claims.py",
        "if noted and noted[-1] != result:",
        "if False:",
        ENGINE,
    ),
    Mutation(
        "retired results count",
        "mc/tracking/results.py",
        'return run.info.status == "FINISHED" and RETIRED not in run.data.tags',
        'return run.info.status == "FINISHED"',
        "tests/experiments/test_collapse_rates.py",
    ),
    Mutation(
        "unfinished results count",
        "mc/tracking/results.py",
        'return run.info.status == "FINISHED" and RETIRED not in run.data.tags',
        "return RETIRED not in run.data.tags",
        f"{ENGINE}/test_faults.py",
    ),
    Mutation(
        "an interrupted run is closed as finished",
        "mc/tracking/runs.py",
        'self._close("FAILED" if failed else "KILLED")',
        'self._close("FAILED" if failed else "FINISHED")',
        "tests/tracking",
    ),
    Mutation(
        "runs of killed commands stay open",
        "mc/tracking/store.py",
        'client.set_terminated(run.info.run_id, "KILLED")\n    return len(dead)',
        "pass\n    return len(dead)",
        f"{ENGINE}/test_faults.py",
    ),
    Mutation(
        "a job of a dead worker is not released",
        "mc/engine/queue/jobs.py",
        'return is_dead(trial.user_attrs["owner"])',
        "return False",
        f"{ENGINE}/queue",
    ),
    Mutation(
        "a damaged folder of the cache is used",
        "mc/data/cache.py",
        "return all(_digest(folder / name) == digest for name, digest in files.items())",
        "return bool(files)",
        "tests/data",
    ),
    Mutation(
        "intervals have one degree of freedom too many",
        "mc/statistics/skewed.py",
        "t.isf(tail, n - 1)",
        "t.isf(tail, n)",
        "tests/statistics",
    ),
    Mutation(
        "losses are taken to lean to neither side",
        "mc/statistics/effects.py",
        "SKEWNESS = 1.5",
        "SKEWNESS = 0.0",
        "tests/statistics",
    ),
    Mutation(
        "classifiers know the words of texts still to come",
        "mc/lineage/vocabulary.py",
        'learned = sizes if condition.vocabulary == "training" else sizes[:1]',
        'learned = sizes[-1:] if condition.vocabulary == "training" else sizes[:1]',
        LINEAGE,
    ),
    Mutation(
        "losses are not paired",
        "mc/statistics/effects.py",
        'pairs["loss"] = pairs["human"] - pairs[metric]',
        'pairs["loss"] = pairs["human"].mean() - pairs[metric]',
        "tests/statistics",
    ),
    Mutation(
        "verdicts are not corrected for their number",
        "mc/statistics/intervals.py",
        "return low[::-1].cummin()[::-1], high.cummax()",
        "return low, high",
        "tests/statistics",
    ),
    Mutation(
        "the worst survive an evolution",
        "experiments/evolution/individuals.py",
        "key=lambda one: (-scores[one.name], one.index)",
        "key=lambda one: (scores[one.name], one.index)",
        "tests/experiments/evolution",
    ),
)


def main() -> None:
    """Try all, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="with the slow tests")
    parser.add_argument("--only", default="", help="part of what a break is called")
    given = parser.parse_args()
    chosen = [each for each in MUTATIONS if given.only in each.what]
    noticed = [_is_noticed(each, ["--all"] if given.all else []) for each in chosen]
    print(f"{sum(noticed)} of {len(chosen)} breaks are noticed")
    sys.exit(not all(noticed))


def _is_noticed(mutation: Mutation, options: list[str]) -> bool:
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        copy = Path(folder)
        for name in COPIED:
            shutil.copytree(ROOT / name, copy / name)
        for name in FILES:
            shutil.copy(ROOT / name, copy)
        file = copy / mutation.file
        text = file.read_text()
        if text.count(mutation.old) != 1:
            raise SystemExit(f"{mutation.file} does not hold once: {mutation.old}")
        file.write_text(text.replace(mutation.old, mutation.new))
        for tests in ([mutation.tests], []):
            command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *options]
            ran = subprocess.run(
                [*command, *tests], cwd=copy, capture_output=True, text=True, check=False
            )
            failed = [
                line for line in ran.stdout.splitlines() if line.startswith(("FAILED", "ERR"))
            ]
            if failed:
                print(f"noticed: {mutation.what}\n    {failed[0][:150]}", flush=True)
                return True
    print(f"NOT NOTICED: {mutation.what}", flush=True)
    return False


if __name__ == "__main__":
    main()
