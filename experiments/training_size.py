"""Training size: how accuracy grows with human labels alone.

The original study's first experiment: 30 sizes, 320,000 x 0.75^k. Sizes that the corpus does not
reach are left out, and named. `preset=seed` has its 10 repetitions.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from mc.engine.command_line import main
from mc.engine.common import EstimatorSettings, LineageSettings, Preset
from mc.settings import Presets


class Settings(EstimatorSettings, LineageSettings):
    """With the original study's defaults."""

    essential = ("data", "backend", "sizes", "repetitions", "jobs", "preset")
    presets: ClassVar[Presets] = {"seed": {"repetitions": 10}}
    sizes: tuple[Annotated[int, Field(ge=2)], ...] = Field(
        tuple(round(320_000 * 0.75**k) for k in reversed(range(30))),
        description="training sets, in reviews; those beyond the corpus are left out",
    )

    preset: Preset = "none"


def run(settings: Settings) -> None:
    """Run the stage."""
    from mc.engine.conditions import template_of
    from mc.engine.grids import run_classifiers
    from mc.engine.preparation import reachable

    template = template_of(settings, reachable(settings, settings.sizes))
    run_classifiers("training_size", settings, [template], [settings.repetitions])


if __name__ == "__main__":
    main(__doc__, Settings, run)
