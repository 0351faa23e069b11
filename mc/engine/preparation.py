"""What every stage does before its first job: its process, its corpus, its store."""

import os
import time
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path

import click

from mc import commands
from mc.data import addresses, datasets, features, raw_texts, table
from mc.data.cache import read_about
from mc.data.features import SINGLE_WORDS, Candidates
from mc.data.table import Numbers, Table
from mc.engine import common, names, queue, worker_pool
from mc.engine.common import DataSettings, LineageSettings, RunSettings
from mc.engine.conditions import backend_parameters, backends_of
from mc.errors import DataError, EstimatorError, ParameterError
from mc.lineage.corpus import open_rows
from mc.lineage.loop import Condition, lineage
from mc.lineage.view import AUTO, reads_raw
from mc.processes import (
    die_with_launcher,
    interrupt_on_sigterm,
    limit_threads,
)
from mc.progress import waiting
from mc.settings import Settings, format_value
from mc.text import tokens
from mc.tracking import registry, results, store, views
from mc.tracking.models import ClassifierModels, Models
from mc.tracking.results import Result
from mc.tracking.runs import OpenRun, open_stage_run
from mc.types import REVIEW_CLASSES, About, AnyCorpus, Prepared

UI_PORT = 5000  # of `mlflow ui`
OF_MANY_CLASSES = (  # experiments on texts and tables of any number of classes
    "collapse_rates, low_rates, fine_rates, total_collapse, training_size, compare_backends, "
    "mitigation, tolerance, monitor or rare_classes"
)
SAMPLE_ROWS = 2000  # on which a model is fitted to see how large one is


def set_up_process(settings: Settings) -> None:
    """Let this process end when it should.

    Raises
    ------
    ParameterError
        When MLflow Projects was given a password, which it records.
    """
    if "MLFLOW_RUN_ID" in os.environ:
        _refuse_secrets(settings, os.environ["MLFLOW_RUN_ID"])
    if name := str(getattr(settings, "register", "")):
        registry.check_name(name)
        if getattr(settings, "log_models", "all") == "none":
            raise ParameterError(
                f"register={name!r} needs models, and log_models=none keeps none; use "
                "log_models=last"
            )
    _set_up()


def expect_work(settings: Settings) -> None:
    """Start importing what workers need, while this process still reads; where it has workers."""
    if getattr(settings, "jobs", 0):  # else it has none, or leaves the work to others
        worker_pool.warm_up()


def _refuse_secrets(settings: Settings, run_id: str) -> None:
    elsewhere = "~/.netrc, FSSPEC_HTTPS or the variables that the store's own tools read"
    places = {
        "storage": "PGPASSWORD or a PGPASSFILE",
        **dict.fromkeys(("data", "suspect", "known"), elsewhere),
    }
    for name, place in places.items():
        text = str(getattr(settings, name, ""))
        if text != _hidden(name, text):
            raise ParameterError(
                f"{name} holds a password or a token, which `mlflow run` records with its run; "
                f"leave it out of the address, put it into {place}, and delete run {run_id}"
            )


@cache
def _set_up() -> None:
    die_with_launcher()
    interrupt_on_sigterm()
    limit_threads()


def open_store() -> store.Store:
    """Open the MLflow store and close the runs that killed commands left open."""
    opened = store.open_store()
    if mended := store.mend(*opened):
        click.echo(f"closed {mended} run(s) that an earlier command left RUNNING")
    return opened


def known(opened: store.Store, settings: RunSettings, study: str) -> dict[str, Result]:
    """Open a study; results of its finished jobs by key, which ``fresh`` starts over."""
    queue.open_study(settings.storage, study)
    done = results.finished_jobs(*opened, study)
    if not settings.fresh:
        return done
    results.retire(opened.client, [each.run_id for each in done.values()])
    queue.start_over(settings.storage, study)
    return {}


def open_run(opened: store.Store, stage: str, settings: Settings, studies: str) -> OpenRun:
    """Open the stage's run with its parameters, but for passwords."""
    tags = {store.STAGE_NAME: stage, store.STUDY: studies, store.KIND: store.STAGE}
    title = names.run_title(stage, public(settings))
    return open_stage_run(*opened, title, params=shown(settings), tags=tags)


def close_abandoned(run: OpenRun, storage: str, studies: Iterable[str]) -> None:
    """Close what workers had just opened when they were ended."""
    store.mend(run.client, run.experiment)
    for name in studies:
        running = queue.running(queue.open_study(storage, name))
        store.close_abandoned(run.client, run.experiment, name, running)


def shown(settings: Settings) -> dict[str, str]:
    """All parameters as texts that may be logged: without passwords and tokens."""
    return {name: _hidden(name, format_value(value)) for name, value in settings.values().items()}


def public(settings: Settings) -> dict[str, object]:
    """All parameters, texts without passwords and tokens."""
    values = settings.values().items()
    return {name: _hidden(name, at) if isinstance(at, str) else at for name, at in values}


def _hidden(name: str, value: str) -> str:
    addressed = dict.fromkeys(("data", "suspect", "known"), addresses.without_secrets)
    hide = {"storage": queue.without_password, **addressed}
    return hide[name](value) if name in hide else value


def model_size(corpus: AnyCorpus, models: Models | None) -> int:
    """Bytes of a model on disk, from one that a few rows are enough for."""
    if not isinstance(models, ClassifierModels):
        return 0
    rows = min(SAMPLE_ROWS, len(corpus.labels) // 2)
    condition = Condition(
        (rows,),
        backend=models.backend,
        backend_params=backend_parameters(models.backend, ""),
        representation=models.representation,
        test_size=rows,
    )
    try:
        first = next(lineage(corpus.features, condition, 0))
    except EstimatorError:  # which may fail on these rows and not on those of a lineage
        return 0
    return models.open(corpus).size(first.model)


def say_what_next(opened: store.Store, stage: str, run_id: str) -> None:
    """Say how to look at what is done, in commands that work where the user is."""
    uri, name = opened.client.tracking_uri, opened.client.get_experiment(opened.experiment).name
    experiment = "" if name == "Default" else name
    server = uri if (is_served := uri.startswith("http")) else f"http://127.0.0.1:{UI_PORT}"
    page = f"{server}/{views.address(opened.experiment, stage)}"
    ui = f"{commands.program('mlflow')} ui, then open"
    click.echo(f"Browse it:     {page if is_served else ui}")
    if not is_served:
        click.echo(f"               {page}")
    again = commands.stage("report", experiment=experiment, runs=run_id)
    click.echo(f"Draw it again: {again}")


def corpus_words(corpus: Prepared | None) -> str:
    """The corpus as pages and figures name it."""
    if corpus is None:
        return "simulated from a known law"
    about, labels = corpus.about, corpus.labels
    if not len(labels):
        counts = ", ".join(f"{count:,} {name}" for name, count in about["counts"].items())
        return f"{about['name']} ({counts}, digest {about['digest'][:12]})"
    classes = about.get("classes", REVIEW_CLASSES)
    noun = "rows" if isinstance(getattr(corpus, "features", corpus), Table | Numbers) else "texts"
    if noun == "texts" and tuple(classes) == REVIEW_CLASSES:
        what = f"{len(labels):,} reviews, {labels.mean():.1%} positive"
    else:
        what = f"{len(labels):,} {noun} of {len(classes)} classes"
    return f"{about['name']} ({what}, digest {about['digest'][:12]})"


def workers(jobs: int) -> int:
    """Number of worker processes that the parameter ``jobs`` asks for."""
    return (os.cpu_count() or 1) if jobs == -1 else jobs


def reachable(settings: LineageSettings, sizes: Iterable[int]) -> tuple[int, ...]:
    """`fitting` for the corpus that the settings name."""
    set_up_process(settings)
    return fitting(sizes, rows_of(settings), settings.test_size)


def rows_of(settings: DataSettings) -> int:
    """Rows of the corpus that the settings name."""
    return len(open_rows(prepare_rows(settings)).labels)


def fitting(sizes: Iterable[int], rows: int, test_size: int) -> tuple[int, ...]:
    """Sizes in order, without those that a corpus of so many rows cannot fill; says which.

    Raises
    ------
    DataError
        When not even the smallest can be filled.
    """
    pool = rows - test_size
    kept, beyond = common.within(sizes, pool)
    if beyond:
        left_out = ", ".join(f"{size:,}" for size in beyond)
        click.echo(f"sizes beyond the pool of {pool:,} reviews are left out: {left_out}")
    return kept


def prepare_rows(settings: DataSettings) -> Path:
    """Make sure that the corpus is there: texts, as they are or their terms counted, or a table."""
    found = source(settings.data, settings.data_params)
    load = partial(_load, settings, found)
    if found.is_table:
        return timed(settings.data, partial(table.prepare, found.fingerprint, load))
    prepare = raw_texts.prepare if _reads_raw(settings) else features.prepare
    return timed(settings.data, partial(prepare, found.fingerprint, load))


def _reads_raw(settings: Settings) -> bool:
    """Whether the backends read texts as they are.

    Raises
    ------
    ParameterError
        When some do and some do not.
    """
    asked = str(getattr(settings, "representation", AUTO))
    raw = {name: reads_raw(name, asked) for name in backends_of(settings)}
    if len(set(raw.values())) > 1:
        kinds = [", ".join(name for name in raw if raw[name] is kind) for kind in (True, False)]
        raise ParameterError(
            f"backends={','.join(raw)}: {kinds[0]} begins with a vectoriser and reads texts, but "
            f"{kinds[1]} gets counted words; compare them in two commands"
        )
    return any(raw.values())


def prepare_features(settings: DataSettings, candidates: Candidates = SINGLE_WORDS) -> Path:
    """Make sure that a corpus of texts of two classes is there, its terms counted.

    Raises
    ------
    DataError
        For a table, or more classes.
    """
    found = _reviews(settings)
    load = partial(_load, settings, found)
    folder = timed(settings.data, partial(features.prepare, found.fingerprint, load, candidates))
    check_two_classes(settings.data, read_about(folder))
    return folder


def prepare_tokens(settings: DataSettings) -> Path:
    """Make sure that the corpus is there as word numbers, see `mc.text`; as `prepare_features`."""
    found = _reviews(settings)
    load = partial(_load, settings, found)
    folder = timed(settings.data, partial(tokens.prepare, found.fingerprint, load))
    check_two_classes(settings.data, read_about(folder))
    return folder


def _reviews(settings: DataSettings) -> datasets.Source:
    """The source of a corpus of texts."""
    found = source(settings.data, settings.data_params)
    if found.is_table:
        raise DataError(
            f"data={addresses.without_secrets(settings.data)!r} is a table, and this experiment "
            f"needs texts; use {OF_MANY_CLASSES}"
        )
    refuse_raw(settings)
    return found


def refuse_raw(settings: Settings) -> None:
    """Refuse backends that read texts as they are.

    Raises
    ------
    ParameterError
        Names the experiments that take them.
    """
    if _reads_raw(settings):
        name = ",".join(backends_of(settings))
        raise ParameterError(
            f"representation=raw does not fit this experiment, which counts words, and "
            f"backend={name} asks for it where it begins with a vectoriser; use {OF_MANY_CLASSES}, "
            "or of two classes compare_backends or mitigation"
        )


def check_two_classes(data: str, about: About) -> None:
    """Refuse a corpus of more than two classes.

    Raises
    ------
    DataError
        Names the experiments that take it.
    """
    n = len(about.get("classes", REVIEW_CLASSES))
    if n > 2:
        raise DataError(
            f"data={addresses.without_secrets(data)!r} has {n} classes, and this experiment needs "
            f"two; use {OF_MANY_CLASSES}"
        )


def _load(settings: Settings, found: datasets.Source) -> AnyCorpus:
    """Read a corpus that the cache lacks: workers will be needed, so their imports start now."""
    expect_work(settings)
    return found.load()


def timed(data: str, make: Callable[[], tuple[Path, bool]]) -> Path:
    """Make a prepared folder, and say what was read and how long it took."""
    start, name = time.monotonic(), addresses.without_secrets(data)
    with waiting(f"reading {name}"):
        folder, cached = make()
    if not cached:
        counts = read_about(folder)["counts"]
        read = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        click.echo(f"read {name} in {time.monotonic() - start:.0f} s ({read})")
    return folder


def source(data: str, data_params: str) -> datasets.Source:
    """The corpus that ``data`` names; it may be among MLflow's artifacts, too."""
    if addresses.is_address(data):
        from mc.tracking import artifacts  # noqa: PLC0415  (slow imports that few need)

        artifacts.register()
    return datasets.find(data, data_params)
