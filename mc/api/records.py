"""Writes a study to MLflow in the form of a stage: a run, and one below it for each lineage."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from mc.api.study import AXES, Study
from mc.engine import names, pairing, preparation
from mc.engine.conditions import code_of, identity_of
from mc.engine.grids import classifier_job
from mc.engine.jobs import Job
from mc.engine.publishing import publish
from mc.lineage.loop import Condition
from mc.report.stage_result import StageResult
from mc.settings import format_value
from mc.statistics import charts
from mc.tracking import results, store, views
from mc.tracking.runs import open_job_run, open_stage_run
from mc.tracking.store import Store
from mc.types import GenerationRecord

STAGE = "collapse"
MAX_LETTERS = 1_000  # of the model as a parameter, which MLflow limits
AXIS = ("rate",)  # what tells the lineages of a study apart, but for the replicate


def log(study: Study, uri: str, experiment: str, *, with_page: bool) -> str:
    """Write a study; returns the id of its run. See `Study.log`."""
    opened, title = store.open_store(uri, experiment), _title(study)
    frame, name = study.generations, str(study.rows.about["name"])
    run_title = names.run_title(STAGE, {**_named(study), "data": name})
    tags = {store.STAGE_NAME: STAGE, store.STUDY: title, store.KIND: store.STAGE}
    with open_stage_run(*opened, run_title, params=_params(study), tags=tags) as run:
        run.log_corpus(study.rows)
        lineages = _Lineages(study, opened, run.id, {**tags, store.KIND: store.LINEAGE})
        results.log_members(run.client, run.id, {job.key: lineages.log(job) for job in lineages})
        points = list(charts.classifier_points(frame))
        run.log_points(points)
        views.save(run.client, run.experiment, STAGE, (each.metric for each in points))
        facts = _facts(study, run.id, title)
        results.log_facts(run.client, run.id, facts)
        if with_page:
            note = f'All its lineages: filter runs by `tags.mc.study = "{title}"`.'
            publish(run, [StageResult(STAGE, facts, {"generations": frame})], note)
        run.finish()
    return str(run.id)


@dataclass(frozen=True, eq=False)
class _Lineages:
    """The lineages of a study as jobs, which it writes as a worker does.

    Parameters
    ----------
    study : Study
        The study.
    store : Store
        Where it is written.
    stage_run : str
        The run above.
    tags : mapping
        Of all of them.
    """

    study: Study
    store: Store
    stage_run: str
    tags: Mapping[str, str]

    def __iter__(self) -> Iterator[Job]:
        for replicate in self.study.generations["replicate"].unique().tolist():
            for condition in self.study.conditions:
                yield classifier_job(condition, AXIS, replicate, named=AXIS)

    def log(self, job: Job) -> str:
        """Write one; returns the id of its run."""
        place = {name: format_value(value) for name, value in job.params.items()}
        params = {"data": str(self.study.rows.about["name"]), **place, **job.shown}
        tags = {**self.tags, store.CELL: job.key}
        rows, human = self._rows(job), self._rows(job, rate=0.0)
        with open_job_run(
            *self.store, self.stage_run, job.title, params=params, tags=tags, writer=None
        ) as run:
            run.log_corpus(self.study.rows)
            for metrics in rows.drop(columns=[*AXES, "generation"]).to_dict("records"):
                run.add(GenerationRecord(metrics), keep_model=False)
            losses = pairing.losses(human[job.objective].tolist(), rows[job.objective].tolist())
            run.log_points(losses)
            run.log_whole({})
            run.finish()
            return str(run.id)

    def _rows(self, job: Job, rate: float | None = None) -> pd.DataFrame:
        """The generations of a job, or of another rate of its replicate."""
        frame, place = self.study.generations, job.params
        same = frame["rate"] == (place["rate"] if rate is None else rate)
        return frame[same & (frame["replicate"] == place["replicate"])]


def _named(study: Study) -> dict[str, object]:
    """What a run's title and the name of the study say."""
    first = study.conditions[0]
    return {
        "backend": first.backend,
        "initial_size": first.initial_size,
        "final_size": first.final_size,
        "seed": first.seed,
    }


def _title(study: Study) -> str:
    """Name of the study, with a digest of all that matters to its results."""
    identity = identity_of(study.conditions, AXIS, "none")
    identity |= code_of([study.conditions[0].backend])
    text = json.dumps([identity, study.model, study.rows.about["digest"]], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return names.study_title(STAGE, _named(study), digest)


def _params(study: Study) -> dict[str, str]:
    """What was asked for, as a stage logs its parameters."""
    first: Condition = study.conditions[0]
    return {
        "data": str(study.rows.about["name"]),
        "backend": first.backend,
        "model": study.model[:MAX_LETTERS],
        "rates": format_value(tuple(each.rate for each in study.conditions)),
        "regime": first.regime,
        "labelling": first.labelling,
        "strategy": first.strategy,
        "sizes": format_value(first.sizes),
        "repetitions": format_value(int(study.generations["replicate"].nunique())),
        "test_size": format_value(first.test_size),
        "vocabulary": first.vocabulary,
        "representation": first.representation,
        "seed": format_value(first.seed),
    }


def _facts(study: Study, run_id: str, title: str) -> dict[str, str]:
    """What the page says about the study next to its figures."""
    first = study.conditions[0]
    return {
        "stage": STAGE,
        "data": preparation.corpus_words(study.rows),
        "backend": first.backend,
        "model": study.model,
        "vocabulary": first.vocabulary,
        "strategy": first.strategy,
        "repetitions": str(study.generations["replicate"].nunique()),
        "held-out reviews": f"{first.test_size:,}",
        "seed": str(first.seed),
        "stage run": run_id,
        "study": title,
    }
