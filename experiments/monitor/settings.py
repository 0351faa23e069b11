"""What is watched, or which log, and when an alarm sounds."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from mc.engine import growing
from mc.engine.common import (
    DataSettings,
    EstimatorSettings,
    LabelSettings,
    LogModels,
    RegisterSettings,
    RunSettings,
    VocabularySettings,
)
from mc.settings import OneOf

SIGNALS = (  # what a window of predictions shows without labels, see `signals.py`
    "positive_share",
    "confidence",
    "prediction_entropy",
    "agreement",
    "positive_shift",
    "confidence_shift",
    "largest_share",  # of more than two classes, with the next in place of the positive ones
    "share_shift",
    "input_diversity",
)
FORMER_SIGNALS = {"entropy": "prediction_entropy"}  # names of earlier versions


class Settings(
    EstimatorSettings,
    LabelSettings,
    RegisterSettings,
    VocabularySettings,
    DataSettings,
    RunSettings,
):
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
    signals: tuple[Annotated[str, OneOf(SIGNALS, FORMER_SIGNALS)], ...] = Field(
        SIGNALS,
        description="what is watched, all together and each alone, of those that the data have",
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


def asked_signals(asked: Mapping[str, object]) -> tuple[str, ...]:
    """The signals of a stored stage, of an earlier version, too; see `Settings`."""
    return Settings.read({"signals": asked["signals"]}).signals
