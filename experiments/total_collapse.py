"""Total collapse: from a start of human labels on, the model labels all of its own growth.

The original study's second experiment: collapse starts at 320,000 x 10^(-0.4 n) reviews, and the
set then grows through the same sizes. Sizes that the corpus does not reach are left out, and named.
Rates 0 and 1 run on the same rows, so that the loss is paired.
"""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from mc.engine.command_line import main
from mc.engine.common import StudySettings


class Settings(StudySettings):
    """With the original study's defaults."""

    essential = ("data", "backend", "sizes", "rates", "repetitions", "jobs")
    sizes: tuple[Annotated[int, Field(ge=2)], ...] = Field(
        tuple(round(320_000 * 10 ** (-0.4 * n)) for n in reversed(range(10))),
        description="starts and steps of growth, in reviews; those beyond the corpus are left out",
    )
    rates: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        (0.0, 1.0), description="shares of the growth that the model labels"
    )


def run(settings: Settings) -> None:
    """Run the stage."""
    from mc.engine.conditions import condition_of
    from mc.engine.grids import run_classifiers
    from mc.engine.preparation import reachable

    sizes = reachable(settings, settings.sizes)
    template = condition_of(settings, sizes)
    conditions = [
        replace(template, sizes=sizes[start:], rate=rate)
        for start in range(max(1, len(sizes) - 1))  # the last size has no growth to label
        for rate in settings.rates
    ]
    repetitions = [settings.repetitions] * len(conditions)
    axes = ("initial_size", "rate")
    run_classifiers("total_collapse", settings, conditions, repetitions, axes)


if __name__ == "__main__":
    main(__doc__, Settings, run)
