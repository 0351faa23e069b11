"""Runs a model search as a stage: batches of settings, then the best against the defaults.

Suggestions come in batches of a fixed size and depend on results alone, not on who computed them or
when: any number of workers, and any interruption, lead to the same search.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import partial
from types import ModuleType
from typing import Any

import click
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.model_search.scoring import (
    RESULTS_VERSION,
    SCORES,
    Design,
    Try,
    cross_validate,
    refit,
)
from mc import plugins
from mc.data.features import Features, open_features
from mc.engine import queue, rounds, session
from mc.engine.common import Settings
from mc.engine.remote_workers import JOINS
from mc.errors import DataError, ParameterError
from mc.lineage.space import Space, check_inside
from mc.params import Param, format_value, parse_settings
from mc.randomness import stream
from mc.statistics import resampling
from mc.tracking.trials import Answer

STAGE = "model_search"
JUDGED = "on untouched reviews"  # ends the keys of the final comparison
BATCH = 8  # settings that are suggested at once


@dataclass(frozen=True)
class Assignment:
    """What a worker gets."""

    design: Design
    settings: Mapping[str, Any]
    is_judged: bool  # on untouched reviews, rather than cross-validated


@dataclass(frozen=True)
class Trial:
    """Settings that were tried, and what came of it."""

    key: str
    batch: int
    settings: Mapping[str, Any]
    answer: Answer

    @property
    def score(self) -> float:
        """Cross-validated accuracy."""
        return self.answer.metrics["value"]


def run(settings: Settings) -> None:
    """Run the stage.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit.
    """
    backend = plugins.load("backends", "backend", settings["backend"])
    space, start = _space(settings, backend)
    own = {each.name: settings[each.name] for each in fields(Design)}
    design = Design(**own)
    session.set_up_process(settings)
    folder = session.prepare_features(settings, settings["backend"])
    _check_rows(open_features(folder), design)
    identity = {**asdict(design), "start": start, "batch": BATCH, "version": RESULTS_VERSION}
    with rounds.bench(STAGE, settings, partial(open_features, folder), identity, "fits") as bench:
        trials = _search(bench, design, space, start, settings["trials"])
        best = max(trials, key=lambda trial: trial.score)
        text = written(best.settings, backend.parameters)
        judged = parse_settings("backend_params", text, backend.parameters)
        chosen = {"defaults": start} | ({} if judged == start else {best.key: judged})
        answers = _judge(bench, design, space, chosen)
        bench.note("best_backend_params", text)
        frames = {
            "trials": _trials(space, trials, best),
            "judged": _judged(bench.corpus, design, answers),
            "importance": _importance(design, space, trials),
        }
        shared = {"study": bench.study, "backend": design.backend}
        frames = {name: frame.assign(**shared) for name, frame in frames.items()}
        members = {trial.key: trial.answer for trial in trials} | answers
        bench.conclude(members, frames, _facts(design, start, text))
        if text and JOINS not in settings:
            click.echo(f"Use it:        -P backend={design.backend} -P backend_params={text}")


def written(settings: Mapping[str, Any], declared: Mapping[str, Param]) -> str:
    """Settings as ``backend_params`` takes them: those that differ from the declared defaults."""
    return ",".join(
        f"{name}={format_value(value)}"
        for name, value in settings.items()
        if value != declared[name].default
    )


def _space(settings: Settings, backend: ModuleType) -> tuple[Space, dict[str, Any]]:
    """What is searched, and the settings that the search begins with."""
    space: Space = getattr(backend, "space", {})
    if not space:
        raise ParameterError(
            f"backend={settings['backend']!r} declares nothing to search; add a `space` to "
            f"mc/lineage/backends/{settings['backend']}.py"
        )
    start = parse_settings(
        "backend_params", settings["backend_params"], backend.parameters, backend.presets
    )
    check_inside("backend_params", start, space)
    return space, start


def _check_rows(features: Features, design: Design) -> None:
    """Refuse a corpus that is too small, or parts of it that lack a class."""
    rows, wanted = len(features.labels), design.train_size + design.test_size
    if rows < wanted:
        raise DataError(
            f"data={features.about['name']!r} has {rows} usable rows, but "
            f"train_size={design.train_size} and test_size={design.test_size} need {wanted}; "
            "ask for smaller sizes"
        )
    pool, test = design.split(rows)
    if len(set(features.labels[test].tolist())) < 2:
        raise DataError(f"test_size={len(test)} draws reviews of one class only; ask for more")
    scarcer = int(np.bincount(features.labels[pool[: design.train_size]], minlength=2).min())
    if scarcer < design.folds:
        raise DataError(
            f"train_size={design.train_size} holds {scarcer} reviews of one class, too few for "
            f"folds={design.folds}; ask for more reviews or fewer folds"
        )


def _search(
    bench: rounds.Bench, design: Design, space: Space, start: Mapping[str, Any], most: int
) -> list[Trial]:
    """Batch after batch; the first trial is the start itself."""
    trials: list[Trial] = []
    while len(trials) < most:
        batch = len(trials) // BATCH
        first: list[dict[str, Any]] = [] if trials else [{}]
        tried = [(trial.settings, trial.score) for trial in trials]
        seed = int(stream(design.seed, "suggest", batch).integers(2**31))
        asked = [*first, *queue.suggest(space, tried, BATCH - len(first), seed)]
        asked = asked[: most - len(trials)]
        chosen = {f"trial {len(trials) + n}": {**start, **one} for n, one in enumerate(asked)}
        answers = bench.ask(
            [_task(design, space, key, one, batch) for key, one in chosen.items()],
            compute,
            design.folds,
        )
        trials += [Trial(key, batch, one, answers[key]) for key, one in chosen.items()]
        best = max(trial.score for trial in trials)
        click.echo(f"{len(trials)} trials: best {100 * best:.2f}% by cross-validation")
    return trials


def _task(
    design: Design, space: Space, key: str, settings: Mapping[str, Any], batch: int
) -> rounds.Task:
    params = {name: settings[name] for name in space}
    work = Assignment(design, settings, is_judged=False)
    return rounds.Task(key, params, work, space, {"batch": batch})


def _judge(
    bench: rounds.Bench, design: Design, space: Space, chosen: Mapping[str, Mapping[str, Any]]
) -> dict[str, Answer]:
    """Refit settings and score them on the untouched reviews."""
    tasks = [
        rounds.Task(
            f"{key} {JUDGED}",
            {name: settings[name] for name in space},
            Assignment(design, settings, is_judged=True),
            space,
        )
        for key, settings in chosen.items()
    ]
    return bench.ask(tasks, compute, design.refits)


def compute(features: Features, work: Assignment, report: rounds.Report) -> rounds.Outcome:
    """Try settings; what a worker does."""
    method = refit if work.is_judged else cross_validate
    done: list[Try] = []
    for fit in method(features.X, features.labels, work.design, work.settings):
        report(len(done), fit.metrics["accuracy"])
        done.append(fit)
    table = pd.DataFrame([fit.metrics for fit in done])
    means = {str(name): float(value) for name, value in table.mean().items()}
    arrays = {"test": np.packbits([fit.classes for fit in done], axis=1)} if work.is_judged else {}
    series = {"fit_accuracy": table["accuracy"].tolist()}
    return rounds.Outcome(means["accuracy"], means, series, arrays)


def _trials(space: Space, trials: Sequence[Trial], best: Trial) -> pd.DataFrame:
    """One row a trial: its settings and cross-validated scores."""
    rows = [
        {
            "trial": number,
            "batch": trial.batch,
            "is_best": trial is best,
            **{f"setting.{name}": trial.settings[name] for name in space},
            **_figures(trial.answer),
        }
        for number, trial in enumerate(trials)
    ]
    return pd.DataFrame(rows)


def _importance(design: Design, space: Space, trials: Sequence[Trial]) -> pd.DataFrame:
    """One row a setting: how much of the scores' variance it explains."""
    tried = [(trial.settings, trial.score) for trial in trials]
    seed = int(stream(design.seed, "importance").integers(2**31))
    shares = queue.importances(space, tried, seed)
    return pd.DataFrame({"setting": list(shares), "share": list(shares.values())})


def _judged(features: Features, design: Design, answers: Mapping[str, Answer]) -> pd.DataFrame:
    """One row for the defaults, one for the best, with the paired gain over the defaults."""
    truth = features.labels[design.split(len(features.labels))[1]]
    hits = {key: _hits(answer, truth) for key, answer in answers.items()}
    defaults = hits[f"defaults {JUDGED}"]
    rows = []
    for key, answer in answers.items():
        gain = resampling.two_way(hits[key] - defaults, stream(design.seed, "bootstrap"))
        gains = {f"gain_{name}": value for name, value in gain._asdict().items()}
        rows.append({"model": key.removesuffix(f" {JUDGED}"), **_figures(answer), **gains})
    return pd.DataFrame(rows).assign(reviews=len(truth), refits=design.refits)


def _figures(answer: Answer) -> dict[str, float]:
    return {name: answer.metrics[name] for name in (*SCORES, "fit_seconds")}


def _hits(answer: Answer, truth: NDArray[np.int8]) -> NDArray[np.float64]:
    """Successes on the test rows, (refits, m)."""
    guesses = np.unpackbits(answer.arrays()["test"], axis=1, count=len(truth))
    hits: NDArray[np.float64] = (guesses == truth).astype(np.float64)
    return hits


def _facts(design: Design, start: Mapping[str, Any], text: str) -> dict[str, str]:
    return {
        "backend": design.backend,
        "best backend_params": text or "the defaults",
        "started from": ", ".join(f"{name}={format_value(at)}" for name, at in start.items()),
        "reviews": f"{design.train_size:,} with human labels in {design.folds} folds, "
        f"{design.test_size:,} untouched",
    }
