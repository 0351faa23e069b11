"""Monitor: can a collapse be seen in time without labels, and at what price in false alarms?

Each generation of a lineage predicts a window of fresh reviews. What can be measured there without
labels (shares, confidence, agreement with a frozen copy of generation 0) goes into CUSUM charts,
whose thresholds come from lineages with human labels alone, so that they have a stated false-alarm
rate. With `log`, the same charts watch a log of predictions of yours.
"""

from functools import partial
from typing import Annotated

import pandas as pd
from pydantic import Field

from experiments.monitor import calibration
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
from experiments.monitor.signals import SIGNALS
from mc.data.vectoriser import Vectoriser
from mc.engine import common, growing, preparation
from mc.engine.common import (
    BackendSettings,
    DataSettings,
    LabelSettings,
    LogModels,
    RunSettings,
    VocabularySettings,
)
from mc.engine.grids import Grid, run_grid
from mc.errors import DataError, ParameterError
from mc.lineage.loop import State, TextClassifier
from mc.lineage.training_set import Ledger
from mc.settings import OneOf, format_value
from mc.tracking.models import ClassifierModels


class Settings(BackendSettings, LabelSettings, VocabularySettings, DataSettings, RunSettings):
    """What is watched, or which log."""

    essential = (
        "data",
        "backend",
        "rates",
        "false_alarms",
        "window",
        "log",
        "repetitions",
        "jobs",
    )
    rates: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        (0.0, 0.25, 0.5, 0.75, 1.0),
        description="shares of each increment that the previous generation labels",
    )
    initial_size: growing.InitialSize = 1_000
    increment: growing.Increment = 500
    final_size: growing.FinalSize = 6_000
    window: int = Field(500, ge=10, description="reviews of a window, without labels")
    reference_windows: int = Field(
        20,
        ge=2,
        description="windows before anything can be wrong: of generation 0, or the log's first",
    )
    false_alarms: float = Field(
        0.05, ge=0.001, le=0.5, description="probability of a false alarm over all that is watched"
    )
    signals: tuple[Annotated[str, OneOf(SIGNALS)], ...] = Field(
        SIGNALS, description="what is watched, all together and each alone"
    )
    allowance: float = Field(
        0.5, ge=0, le=10, description="standard deviations that a chart forgives each time"
    )
    calibration: int = Field(
        90, ge=5, le=100_000, description="lineages of human labels that thresholds come from"
    )
    log: str = Field(
        "", description="path of a log of predictions to watch instead; empty: lineages"
    )
    window_column: str = Field(
        "", description="its column of window; empty: found by usual names; -: none"
    )
    time_column: str = Field(
        "", description="its column of time; empty: found by usual names; -: none"
    )
    probability_column: str = Field(
        "", description="its column of probability; empty: found by usual names; -: none"
    )
    prediction_column: str = Field(
        "", description="its column of prediction; empty: found by usual names; -: none"
    )
    reference_column: str = Field(
        "", description="its column of reference; empty: found by usual names; -: none"
    )
    label_column: str = Field(
        "", description="its column of label; empty: found by usual names; -: none"
    )
    slice_column: str = Field(
        "", description="its column of slice; empty: found by usual names; -: none"
    )
    text_column: str = Field(
        "", description="its column of text; empty: found by usual names; -: none"
    )
    repetitions: int = Field(
        20, ge=1, le=10_000, description="further replicates, of each rate and of rate 0"
    )
    test_size: int = Field(10_000, ge=2, description="held-out reviews that judge the monitor")
    log_models: LogModels = "last"


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
    sizes = common.growth(settings.initial_size, settings.increment, settings.final_size)
    if len(sizes) < 2:
        raise ParameterError(
            f"final_size={sizes[-1]} leaves generation 0 alone; ask for at least one increment more"
        )
    plain = common.condition_of(settings, sizes)
    rates = sorted({0.0, *settings.rates})  # rate 0 is what alarms are calibrated on
    conditions = [
        Watched(**(vars(plain) | {"rate": rate, "window": settings.window})) for rate in rates
    ]
    preparation.set_up_process(settings)
    open_corpus = partial(
        open_watched,
        preparation.prepare_features(settings),
        settings.test_size,
    )
    corpus = open_corpus()
    _check_rows(len(corpus.labels), conditions[0], settings)
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
        models=ClassifierModels(settings.backend),
        states=(WatchedState, State, Ledger, TextClassifier, Vectoriser),
        replicates=[many + settings.calibration * (rate == 0) for rate in rates],
    )
    run_grid(grid, partial(_frames, settings, corpus))


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


def _frames(
    settings: Settings, corpus: WatchedCorpus, generations: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """What the page needs."""
    asked = {
        "false_alarms": settings.false_alarms,
        "allowance": settings.allowance,
        "calibration": settings.calibration,
        "repetitions": settings.repetitions,
        "window": settings.window,
        "signals": format_value(settings.signals),
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
    common.check_rows(rows, condition, preparation.shown(settings)["data"])
    wanted = condition.final_size + condition.test_size + condition.fresh
    if rows < wanted:
        data = preparation.shown(settings)["data"]
        raise DataError(
            f"data={data!r} has {rows} usable rows, but final_size={condition.final_size}, "
            f"test_size={condition.test_size} and window={condition.window} of each of "
            f"{len(condition.sizes)} generations need {wanted}; ask for smaller sizes"
        )
