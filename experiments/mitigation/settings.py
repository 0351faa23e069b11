"""Which strategies compete, on which lineages."""

from pydantic import Field

from mc.engine import growing
from mc.engine.common import (
    DataSettings,
    EstimatorSettings,
    Labelling,
    LogModels,
    PrecisionSettings,
    Regime,
    RegisterSettings,
    Repetitions,
    RunSettings,
    TestSize,
    VocabularySettings,
)

LEADERBOARD = (
    "none",
    "drop_synthetic",
    "accumulate",
    "accumulate+decay",
    "fresh_labels",
    "active",
    "confidence",
    "verifier",
    "ensemble",
    "soft_labels",
    "prior",
    "regularise",
    "restart",
)


class Settings(
    EstimatorSettings,
    VocabularySettings,
    DataSettings,
    PrecisionSettings,
    RegisterSettings,
    RunSettings,
):
    """Declared once; see `mc.settings`."""

    essential = (
        "data",
        "backend",
        "strategies",
        "rate",
        "repetitions",
        "trials",
        "register",
        "jobs",
    )
    strategies: tuple[str, ...] = Field(
        LEADERBOARD,
        description="recipes to compare: names of files in mc/lineage/strategies, as "
        "accumulate+fresh_labels:share=0.2 joined and set",
    )
    trials: int = Field(16, ge=0, le=10_000, description="combinations searched; 0: none")
    rate: float = Field(
        1.0, ge=0.01, le=1, description="share of each increment that a model labels"
    )
    initial_size: growing.InitialSize = 4_000
    increment: growing.Increment = 4_000
    final_size: int = Field(28_000, ge=2, description="reviews up to the last generation")
    regime: Regime = "replace"
    labelling: Labelling = "argmax"
    log_models: LogModels = "last"
    repetitions: Repetitions = 5
    test_size: TestSize = 20_000
