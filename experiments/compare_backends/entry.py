"""Compare backends: the same replicates through every backend, regime and labelling.

The question that the original study leaves open: is the fall to 0.5 a loss of information or a
drift of the class shares? Labelling by `prior` keeps the shares, the area under the ROC curve
ignores them.
"""

import itertools
from dataclasses import replace

from mc import plugins
from mc.engine import growing
from mc.engine.common import Settings, condition, growth
from mc.engine.grids import run_classifiers
from mc.lineage.labelling import LABELLINGS
from mc.lineage.loop import Condition
from mc.params import Param

AXES = ("backend", "regime", "labelling", "rate")
SINGLE = ("backend", "backend_params", "regime", "labelling")
parameters = {
    "backends": Param(
        plugins.names("backends"),
        "classifier families, each with its defaults",
        choices=plugins.names("backends"),
    ),
    "regimes": Param(
        ("accumulate",), "rows a generation trains on", choices=plugins.names("regimes")
    ),
    "labellings": Param(("argmax", "prior"), "argmax, sample, prior", choices=tuple(LABELLINGS)),
    **{
        name: param
        for name, param in growing.parameters(
            (0.0, 0.5, 1.0), initial_size=1_000, increment=500, final_size=5_000
        ).items()
        if name not in SINGLE
    },
}
essential = (
    "data",
    "backends",
    "regimes",
    "labellings",
    "rates",
    "repetitions",
    "jobs",
)  # what MLproject declares


def run(settings: Settings) -> None:
    """Run the stage."""
    sizes = growth(*(settings[name] for name in ("initial_size", "increment", "final_size")))
    families = itertools.product(
        *(settings[name] for name in ("backends", "regimes", "labellings"))
    )
    conditions = [each for family in families for each in _conditions(settings, sizes, *family)]
    run_classifiers("compare_backends", settings, conditions, AXES)


def _conditions(
    settings: Settings, sizes: tuple[int, ...], backend: str, regime: str, labelling: str
) -> list[Condition]:
    """All rates of one family."""
    family = {"backend": backend, "backend_params": "", "regime": regime, "labelling": labelling}
    template = condition({**settings, **family}, sizes)
    return [replace(template, rate=rate) for rate in settings["rates"]]
