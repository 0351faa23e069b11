"""Training size: how accuracy grows with human labels alone.

The original study's first experiment: 30 sizes, 320,000 x 0.75^k. Sizes that the corpus does not
reach are left out, and named. `preset=seed` has its 10 repetitions.
"""

from mc.engine.command_line import main
from mc.engine.common import COMMON, Settings, condition
from mc.engine.grids import run_classifiers
from mc.engine.preparation import reachable
from mc.params import Param

parameters = {
    "sizes": Param(
        tuple(round(320_000 * 0.75**k) for k in reversed(range(30))),
        "training sets, in reviews; those beyond the corpus are left out",
        low=2,
    ),
    **{name: param for name, param in COMMON.items() if name not in ("regime", "labelling")},
}
essential = ("data", "backend", "sizes", "repetitions", "jobs", "preset")  # what MLproject declares
presets = {"seed": {"repetitions": 10}}


def run(settings: Settings) -> None:
    """Run the stage."""
    human_only = {**settings, "regime": "accumulate", "labelling": "argmax"}
    template = condition(human_only, reachable(settings))
    run_classifiers("training_size", settings, [template])


if __name__ == "__main__":
    main(__doc__, parameters, run, presets)
