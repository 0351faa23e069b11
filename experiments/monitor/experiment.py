"""Which lineages or which log is watched, and what the page needs of them."""

from functools import partial

import pandas as pd

from experiments.monitor.lineage import (
    VERSION,
    Watched,
    WatchedCorpus,
    WatchedState,
    breed,
    open_watched,
)
from experiments.monitor.log_files import ROLES
from experiments.monitor.logs import VERSION as LOG_VERSION
from experiments.monitor.logs import Log, LogCondition, breed_log, check_windows, open_log
from experiments.monitor.settings import SIGNALS, Settings
from experiments.monitor.signals import measured
from mc.data.features import Features
from mc.data.raw_texts import AsTheyAre, RawTexts
from mc.data.table import RawColumns, TableRepresenter
from mc.data.vectoriser import Vectoriser
from mc.engine import preparation
from mc.engine.common import growth
from mc.engine.conditions import check_rows, condition_of
from mc.engine.grids import Grid, run_grid
from mc.errors import DataError, ParameterError
from mc.lineage.loop import State, TrainedModel
from mc.lineage.training_set import Ledger
from mc.lineage.view import check as check_view
from mc.settings import format_value
from mc.statistics import calibration
from mc.tracking.models import ClassifierModels

STATES = (  # what a state consists of: the lineage, the frozen model and what it sees
    WatchedState,
    State,
    Ledger,
    TrainedModel,
    Vectoriser,
    TableRepresenter,
    RawColumns,
    AsTheyAre,
)


def run(settings: Settings) -> None:
    """Run the stage.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit.
    """
    if settings.log:
        watch_log(settings)
    else:
        watch_lineages(settings)


def watch_lineages(settings: Settings) -> None:
    """Breed lineages with and without collapse under the monitor, and draw."""
    _check_calibration(settings)
    sizes = growth(settings.initial_size, settings.increment, settings.final_size)
    if len(sizes) < 2:
        raise ParameterError(
            f"final_size={sizes[-1]} leaves generation 0 alone; ask for at least one increment more"
        )
    plain = condition_of(settings, sizes)
    rates = sorted({0.0, *settings.rates})  # rate 0 is what alarms are calibrated on
    conditions = [
        Watched(**(vars(plain) | {"rate": rate, "window": settings.window})) for rate in rates
    ]
    preparation.set_up_process(settings)
    open_corpus = partial(
        open_watched,
        preparation.prepare_rows(settings),
        settings.test_size,
    )
    corpus = open_corpus()
    check_view(corpus.features, conditions[0])
    _check_rows(len(corpus.labels), conditions[0], settings)
    signals = _signals(settings, corpus)
    many = settings.repetitions
    grid = Grid(
        stage="monitor",
        settings=settings,
        repetitions=settings.repetitions,
        breed=breed,
        conditions=conditions,
        axes=("rate",),
        objective="accuracy",
        generations=len(sizes),
        version=VERSION,
        open_corpus=open_corpus,
        models=ClassifierModels(settings.backend, settings.representation),
        states=STATES,
        replicates=[many + settings.calibration * (rate == 0) for rate in rates],
    )
    run_grid(grid, partial(_frames, settings, corpus, signals))


def watch_log(settings: Settings) -> None:
    """Watch a log of the user's."""
    preparation.set_up_process(settings)
    asked = tuple((f"{role}_column", getattr(settings, f"{role}_column")) for role in ROLES)
    open_corpus = partial(open_log, settings.log, asked)
    condition = LogCondition(settings.window, settings.reference_windows)
    log = open_corpus()
    watched = check_windows(log, condition, settings.false_alarms)
    grid = Grid(
        stage="monitor",
        settings=settings,
        repetitions=settings.repetitions,
        breed=breed_log,
        conditions=[condition],
        axes=(),
        objective="confidence",
        generations=condition.reference_windows + watched,
        version=LOG_VERSION,
        open_corpus=open_corpus,
        replicates=[1],
    )
    run_grid(grid, partial(_log_frames, settings, log))


def _log_frames(settings: Settings, log: Log, windows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What the page of a log needs."""
    asked = {
        "false_alarms": settings.false_alarms,
        "allowance": settings.allowance,
        "reference_windows": settings.reference_windows,
        "signals": format_value(settings.signals),
        "seed": settings.seed,
    }
    return {
        "windows": windows.rename(columns={"generation": "place"}),
        "slices": pd.DataFrame({"slice": log.slices(settings.window)}, dtype=str),
        "asked": pd.DataFrame([asked]),
    }


def _signals(settings: Settings, corpus: WatchedCorpus) -> tuple[str, ...]:
    """What is watched: of all signals those that the data have.

    Raises
    ------
    ParameterError
        When one that the user named is not among them.
    """
    n_classes = len(corpus.features.classes)
    has_texts = isinstance(corpus.features, Features)
    known = measured(n_classes, has_texts=has_texts)
    lacking = [name for name in settings.signals if name not in known]
    if lacking and settings.signals != SIGNALS:
        what = "texts" if isinstance(corpus.features, Features | RawTexts) else "a table"
        raise ParameterError(
            f"signals={lacking[0]} is not measured on {what} of {n_classes} classes; choose from "
            f"{', '.join(known)}"
        )
    return tuple(name for name in settings.signals if name in known)


def _frames(
    settings: Settings,
    corpus: WatchedCorpus,
    signals: tuple[str, ...],
    generations: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """What the page needs."""
    asked = {
        "false_alarms": settings.false_alarms,
        "allowance": settings.allowance,
        "calibration": settings.calibration,
        "repetitions": settings.repetitions,
        "window": settings.window,
        "signals": format_value(signals),
    }
    return {
        "generations": generations,
        "slices": pd.DataFrame({"slice": corpus.names}),
        "asked": pd.DataFrame([asked]),
    }


def _check_calibration(settings: Settings) -> None:
    """Refuse a false-alarm rate that so few lineages cannot promise."""
    has, wanted = settings.calibration, calibration.needed(settings.false_alarms)
    if has < wanted:
        raise ParameterError(
            f"calibration={has} lineages cannot promise false_alarms="
            f"{settings.false_alarms:g}, for which {wanted} are needed; ask for calibration="
            f"{wanted}, or for more false alarms"
        )


def _check_rows(rows: int, condition: Watched, settings: Settings) -> None:
    """Refuse a corpus that is too small for training, test and windows."""
    check_rows(rows, condition, preparation.shown(settings)["data"])
    wanted = condition.final_size + condition.test_size + condition.fresh
    if rows < wanted:
        data = preparation.shown(settings)["data"]
        raise DataError(
            f"data={data!r} has {rows} usable rows, but final_size={condition.final_size}, "
            f"test_size={condition.test_size} and window={condition.window} of each of "
            f"{len(condition.sizes)} generations need {wanted}; ask for smaller sizes"
        )
