"""Quick look: nearest centroids on toy reviews, with human and with machine labels.

An experiment declares ``Settings`` and ``run(settings)``. One that grows by increments inherits
both, and with them its page, its runs in MLflow, and that it resumes.
"""

from functools import partial

from pydantic import Field

from mc.engine import growing
from mc.engine.common import Backend, TestSize


class Settings(growing.GrowthSettings):
    """Small enough for some seconds."""

    essential = ("data", "backend", "rates", "repetitions")  # shown first by --help
    data: str = Field("toy_reviews", description="reviews to learn from")
    backend: Backend = "nearest_centroid"
    rates: growing.Rates = (0.0, 1.0)
    initial_size: growing.InitialSizes = (200,)
    increment: growing.Increments = (100,)
    final_size: growing.FinalSizes = (1_000,)
    repetitions: growing.RepetitionsOfEach = (2,)
    test_size: TestSize = 1_000


run = partial(growing.run, "quick_look")
