"""Which settings are tried, and how the best is compared with the defaults."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import click
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from experiments.model_search.scoring import (
    RESULTS_VERSION,
    SCORES,
    Design,
    Try,
    cross_validate,
    refit,
)
from experiments.model_search.settings import Settings
from mc.data.features import Features, open_features
from mc.engine import preparation, queue
from mc.engine.conditions import backend_parameters
from mc.engine.jobs import Job
from mc.engine.session import Session, open_session
from mc.errors import DataError, ParameterError
from mc.lineage import backends
from mc.lineage.space import Space, check_inside
from mc.randomness import stream
from mc.settings import Settings as BaseSettings
from mc.settings import Value, Values, format_value
from mc.statistics import resampling
from mc.statistics.charts import table_points
from mc.tracking.results import Result
from mc.types import GenerationRecord, Labels

STAGE = "model_search"
JUDGED = "on untouched reviews"  # ends the keys of the final comparison
Method = Callable[[csr_matrix, Labels, Design, Values], Iterator[Try]]
BATCH = 8  # settings that are suggested at once


@dataclass(frozen=True)
class Trial:
    """Settings that were tried, and what came of it."""

    key: str
    batch: int
    settings: Values
    answer: Result

    @property
    def score(self) -> float:
        """Cross-validated accuracy."""
        return self.answer.metrics["accuracy"]


def run(settings: Settings) -> None:
    """Run the stage.

    Suggestions come in batches of a fixed size and depend on results alone, not on who computed
    them or when: any number of workers, and any interruption, lead to the same search.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit.
    """
    backend = backends.find(settings.backend)
    parameters: type[BaseSettings] = backend.Parameters
    space, start = _space(settings, backend)
    design = settings.fill(Design)
    preparation.set_up_process(settings)
    folder = preparation.prepare_features(settings)
    _check_rows(open_features(folder), design)
    identity = {**asdict(design), "start": start, "batch": BATCH, "version": RESULTS_VERSION}
    with open_session(STAGE, settings, partial(open_features, folder), identity, "fits") as session:
        trials = _search(session, design, space, start, settings.trials)
        best = max(trials, key=lambda trial: trial.score)
        judged = parameters.read(best.settings)
        text = judged.as_text()
        chosen = {"defaults": start}
        if judged.values() != start:
            chosen[best.key] = judged.values()
        answers = _judge(session, design, space, chosen)
        session.note("best_backend_params", text)
        frames = {
            "trials": _trials(space, trials, best),
            "judged": _judged(session.corpus, design, answers),
            "importance": _importance(design, space, trials),
        }
        shared = {"study": session.study, "backend": design.backend}
        frames = {name: frame.assign(**shared) for name, frame in frames.items()}
        members = {trial.key: trial.answer for trial in trials} | answers
        points = table_points(frames["judged"], [*SCORES, *GAIN], by=["model"])
        session.conclude(members, frames, _facts(design, start, text), points=points)
        if text and not session.is_helper:
            click.echo(f"Use it:        -P backend={design.backend} -P backend_params={text}")


def _space(settings: Settings, backend: backends.Backend) -> tuple[Space, dict[str, Value]]:
    """What is searched, and the settings that the search begins with."""
    space: Space = getattr(backend, "space", {})
    if not space:
        remedy = f"add a `space` to mc/lineage/backends/{settings.backend}.py"
        if backends.is_foreign(backend):
            remedy = "write a plug-in backend that declares a `space`, see mc/lineage/backends"
        raise ParameterError(f"backend={settings.backend!r} declares nothing to search; {remedy}")
    start = backend_parameters(settings.backend, settings.backend_params)
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
    session: Session, design: Design, space: Space, start: Values, most: int
) -> list[Trial]:
    """Batch after batch; the first trial is the start itself."""
    trials: list[Trial] = []
    while len(trials) < most:
        batch = len(trials) // BATCH
        first: list[dict[str, Value]] = [] if trials else [{}]
        tried = [(trial.settings, trial.score) for trial in trials]
        seed = int(stream(design.seed, "suggest", batch).integers(2**31))
        asked = [*first, *queue.suggest(space, tried, BATCH - len(first), seed)]
        asked = asked[: most - len(trials)]
        chosen = {f"trial {len(trials) + n}": {**start, **one} for n, one in enumerate(asked)}
        answers = session.ask([_job(design, space, key, one, batch) for key, one in chosen.items()])
        trials += [Trial(key, batch, one, answers[key]) for key, one in chosen.items()]
        best = max(trial.score for trial in trials)
        click.echo(f"{len(trials)} trials: best {100 * best:.2f}% by cross-validation")
    return trials


def _job(design: Design, space: Space, key: str, settings: Values, batch: int) -> Job:
    """Cross-validate settings."""
    return Job(
        key,
        partial(fits, cross_validate, design, settings),
        steps=design.folds,
        objective="accuracy",
        params={name: settings[name] for name in space},
        summarise=means,
        space=space,
        notes={"batch": batch},
    )


def _judge(
    session: Session, design: Design, space: Space, chosen: Mapping[str, Values]
) -> dict[str, Result]:
    """Refit settings and score them on the untouched reviews."""
    return session.ask(
        [
            Job(
                f"{key} {JUDGED}",
                partial(fits, refit, design, settings),
                steps=design.refits,
                objective="accuracy",
                params={name: settings[name] for name in space},
                summarise=means,
                space=space,
            )
            for key, settings in chosen.items()
        ]
    )


def fits(
    method: Method, design: Design, settings: Values, features: Features, after: None
) -> Iterator[GenerationRecord]:
    """Try settings, fit by fit."""
    for fit in method(features.X, features.labels, design, settings):
        metrics = {f"fit_{name}": value for name, value in fit.metrics.items()}
        arrays = {"test": np.packbits(fit.classes)} if method is refit else {}
        yield GenerationRecord(metrics, arrays=arrays)


def means(fitted: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Of all fits, under the plain names."""
    table = pd.DataFrame(fitted)
    return {str(name).removeprefix("fit_"): float(at) for name, at in table.mean().items()}


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


GAIN = ("gain_mean", "gain_low", "gain_high")


def _judged(features: Features, design: Design, answers: Mapping[str, Result]) -> pd.DataFrame:
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


def _figures(answer: Result) -> dict[str, float]:
    return {name: answer.metrics[name] for name in (*SCORES, "fit_seconds")}


def _hits(answer: Result, truth: NDArray[np.int8]) -> NDArray[np.float64]:
    """Successes on the test rows, (refits, m)."""
    guesses = np.unpackbits(answer.arrays()["test"], axis=1, count=len(truth))
    hits: NDArray[np.float64] = (guesses == truth).astype(np.float64)
    return hits


def _facts(design: Design, start: Values, text: str) -> dict[str, str]:
    return {
        "backend": design.backend,
        "best backend_params": text or "the defaults",
        "started from": ", ".join(f"{name}={format_value(at)}" for name, at in start.items()),
        "reviews": f"{design.train_size:,} with human labels in {design.folds} folds, "
        f"{design.test_size:,} untouched",
    }
