"""Which laws are simulated, and whether each holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial

import pandas as pd

from experiments.validate.laws._check import Check
from experiments.validate.settings import Settings
from mc import plugins
from mc.engine import preparation
from mc.engine.jobs import Job
from mc.engine.session import no_corpus, open_session
from mc.errors import StudyError
from mc.statistics.charts import Point
from mc.tracking.results import Result
from mc.types import Array, GenerationRecord

STAGE = "validate"
RESULTS_VERSION = 1  # raise when a change of a law alters numbers


def run(settings: Settings) -> None:
    """Run the stage.

    Raises
    ------
    StudyError
        When a law fails, once everything is logged and drawn.
    """
    preparation.set_up_process(settings)
    identity = {"chains": settings.chains, "seed": settings.seed, "version": RESULTS_VERSION}
    with open_session(STAGE, settings, no_corpus, identity, "laws") as session:
        jobs = [
            Job(
                law,
                partial(simulate, law, chains=settings.chains, seed=settings.seed),
                steps=1,
                objective="closeness",
            )
            for law in settings.laws
        ]
        answers = session.ask(jobs)
        checks = judge(answers, settings.tolerance, settings.seed)
        verdicts = checks.groupby("law", sort=False)["passes"].all()
        facts = {"chains": f"{settings.chains:,}", "tolerance": f"{settings.tolerance:g}"}
        points = [
            Point("laws_passed", 0, verdicts.sum()),
            Point("laws_failed", 0, (~verdicts).sum()),
            Point("checks_failed", 0, (~checks["passes"]).sum()),
        ]
        session.conclude(answers, {"checks": checks}, facts, points=points)
    failed = list(verdicts.index[~verdicts])
    if failed:
        raise StudyError(
            f"{len(failed)} of {len(verdicts)} laws fail: {', '.join(failed)}; see the table's "
            f"column z, which may be at most tolerance={settings.tolerance:g}"
        )


def simulate(
    law: str, corpus: None, after: None, *, chains: int, seed: int
) -> Iterator[GenerationRecord]:
    """Simulate a law; ``closeness`` is minus its largest departure, in standard errors."""
    checks: Sequence[Check] = plugins.load("experiments.validate.laws", "laws", law).check(
        chains, seed
    )
    worst = max(max(check.z, 0.0) if check.is_bound else abs(check.z) for check in checks)
    table = pd.DataFrame([asdict(check) for check in checks])
    arrays = {name: _plain(table[name]) for name in table}
    yield GenerationRecord({"checks": float(len(checks)), "closeness": -worst}, arrays=arrays)


def judge(answers: Mapping[str, Result], tolerance: float, seed: int) -> pd.DataFrame:
    """One row a check: law, source, the columns of `laws.Check`, z, passes, seed."""
    return pd.concat(
        [_judge(law, answer.arrays(), tolerance, seed) for law, answer in answers.items()],
        ignore_index=True,
    )


def _judge(law: str, arrays: Mapping[str, Array], tolerance: float, seed: int) -> pd.DataFrame:
    plugin = plugins.load("experiments.validate.laws", "laws", law)
    table = pd.DataFrame({name: array[0] for name, array in arrays.items()})
    checks = [Check(**row) for row in table.to_dict("records")]
    table.insert(0, "law", plugin.title)
    table.insert(1, "source", plugin.source)
    return table.assign(
        z=[check.z for check in checks],
        passes=[check.passes(tolerance) for check in checks],
        seed=seed,
    )


def _plain(column: pd.Series) -> Array:
    """An array without objects, which is what may be kept."""
    plain: Array = column.to_numpy(dtype=str if column.dtype.kind in "OT" else None)
    return plain
