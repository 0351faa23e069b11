"""Monitor: can a collapse be seen in time without labels, and at what price in false alarms?

Each generation of a lineage predicts a window of fresh reviews. What can be measured there without
labels (shares, confidence, agreement with a frozen copy of generation 0) goes into CUSUM charts,
whose thresholds come from lineages with human labels alone, so that they have a stated false-alarm
rate. With `log`, the same charts watch a log of predictions of yours.
"""

from functools import partial

import pandas as pd

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
from mc.engine import common, preparation
from mc.engine.common import COMMON, Settings, models
from mc.engine.grids import Grid, run_grid
from mc.errors import DataError, ParameterError
from mc.lineage.loop import State
from mc.lineage.training_set import Ledger
from mc.params import Param, format_value
from mc.tracking.models import ClassifierModels

SHARED = ("data", "data_params", "backend", "backend_params", "regime", "labelling")
RUNNING = ("seed", "jobs", "storage", "fresh")
parameters = {
    "rates": Param(
        (0.0, 0.25, 0.5, 0.75, 1.0),
        "shares of each increment that the previous generation labels",
        low=0.0,
        high=1.0,
    ),
    "initial_size": Param(1_000, "human-labelled reviews of generation 0", low=2),
    "increment": Param(500, "reviews that each generation adds", low=1),
    "final_size": Param(6_000, "reviews of the last generation", low=2),
    "window": Param(500, "reviews of a window, which nobody labels", low=10),
    "reference_windows": Param(
        20, "windows before anything can be wrong: of generation 0, or the log's first", low=2
    ),
    "false_alarms": Param(
        0.05, "probability of a false alarm over all that is watched", low=0.001, high=0.5
    ),
    "signals": Param(SIGNALS, "what is watched, all together and each alone", choices=SIGNALS),
    "allowance": Param(
        0.5, "standard deviations that a chart forgives each time", low=0.0, high=10.0
    ),
    "calibration": Param(
        90, "lineages of human labels that thresholds come from", low=5, high=100_000
    ),
    "log": Param("", "path of a log of predictions to watch instead; empty: lineages"),
    **{
        f"{role}_column": Param("", f"its column of {role}; empty: found by usual names; -: none")
        for role in ROLES
    },
    "repetitions": Param(20, "further replicates, of each rate and of rate 0", low=1, high=10_000),
    "test_size": Param(10_000, "held-out reviews that judge the monitor", low=2),
    "log_models": models("last"),
    **{name: COMMON[name] for name in (*SHARED, *RUNNING)},
}
JUDGED_BY = ("false_alarms", "allowance", "calibration", "repetitions", "window")
essential = (
    "data",
    "backend",
    "rates",
    "false_alarms",
    "window",
    "log",
    "repetitions",
    "jobs",
)  # what MLproject declares


def run(settings: Settings) -> None:
    """Run the stage.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit.
    """
    if settings["log"]:
        watch_log(settings)
    else:
        watch_lineages(settings)


def watch_lineages(settings: Settings) -> None:
    """Breed lineages with and without collapse under the monitor, and draw."""
    _check_calibration(settings)
    sizes = common.growth(*(settings[f"{n}"] for n in ("initial_size", "increment", "final_size")))
    if len(sizes) < 2:
        raise ParameterError(
            f"final_size={sizes[-1]} leaves generation 0 alone; ask for at least one increment more"
        )
    plain = common.condition(settings, sizes)
    rates = sorted({0.0, *settings["rates"]})  # rate 0 is what alarms are calibrated on
    conditions = [
        Watched(**(vars(plain) | {"rate": rate, "window": settings["window"]})) for rate in rates
    ]
    preparation.set_up_process(settings)
    open_corpus = partial(
        open_watched,
        preparation.prepare_features(settings, settings["backend"]),
        settings["test_size"],
    )
    corpus = open_corpus()
    _check_rows(len(corpus.labels), conditions[0], settings)
    many = settings["repetitions"]
    grid = Grid(
        stage="monitor",
        settings=settings,
        breed=breed,
        conditions=conditions,
        axes=("rate",),
        objective="accuracy",
        generations=len(sizes),
        version=VERSION,
        open_corpus=open_corpus,
        models=ClassifierModels(settings["backend"]),
        states=(WatchedState, State, Ledger),
        replicates=[many + settings["calibration"] * (rate == 0) for rate in rates],
    )
    run_grid(grid, partial(_frames, settings, corpus))


def watch_log(settings: Settings) -> None:
    """Watch a log of the user's."""
    preparation.set_up_process(settings)
    asked = tuple((f"{role}_column", settings[f"{role}_column"]) for role in ROLES)
    open_corpus = partial(open_log, settings["log"], asked)
    condition = LogCondition(settings["window"], settings["reference_windows"])
    log = open_corpus()
    watched = check_windows(log, condition, settings["false_alarms"])
    grid = Grid(
        stage="monitor",
        settings=settings,
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
    asked = {name: settings[name] for name in ("false_alarms", "allowance", "reference_windows")}
    asked |= {"signals": format_value(settings["signals"]), "seed": settings["seed"]}
    return {
        "windows": windows.rename(columns={"generation": "place"}),
        "slices": pd.DataFrame({"slice": log.slices(settings["window"])}, dtype=str),
        "asked": pd.DataFrame([asked]),
    }


def _frames(
    settings: Settings, corpus: WatchedCorpus, generations: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """What the page needs."""
    asked = {name: settings[name] for name in JUDGED_BY}
    asked["signals"] = format_value(settings["signals"])
    return {
        "generations": generations,
        "slices": pd.DataFrame({"slice": corpus.names}),
        "asked": pd.DataFrame([asked]),
    }


def _check_calibration(settings: Settings) -> None:
    """Refuse a false-alarm rate that so few lineages cannot promise."""
    has, wanted = settings["calibration"], calibration.needed(settings["false_alarms"])
    if has < wanted:
        raise ParameterError(
            f"calibration={has} lineages cannot promise false_alarms="
            f"{settings['false_alarms']:g}, for which {wanted} are needed; ask for calibration="
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
