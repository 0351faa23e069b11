"""Distributions: what becomes of models that learn from their own output, where theory knows?

Gaussians, mixtures, kernel densities, classes with a long tail, least squares, noisy labels: each
learns from rows of which the share `rate` was made by the generation before, under each regime.
A cell holds many independent chains, and theory is drawn beside them.
"""

from itertools import product

from mc import plugins
from mc.engine.common import COMMON, Settings
from mc.engine.grids import Grid, run_grid
from mc.lineage.chains import AXES, RESULTS_VERSION, Condition, State, breed
from mc.params import Param

SHARED = ("seed", "jobs", "storage", "fresh")
SYSTEMS, REGIMES = plugins.names("systems"), plugins.names("regimes")
parameters = {
    "systems": Param(SYSTEMS, "files in mc/lineage/systems", choices=SYSTEMS),
    "regimes": Param(REGIMES, "rows a generation learns from", choices=REGIMES),
    "rates": Param(
        (0.0, 0.5, 1.0), "shares of new rows made by the generation before", low=0.0, high=1.0
    ),
    "sample_sizes": Param((50,), "new rows of each generation", low=12, high=100_000),
    "generations": Param(30, "generations after generation 0", low=1, high=10_000),
    "chains": Param(100, "independent chains of one replicate", low=2, high=100_000),
    "repetitions": Param(4, "independent replicates of each condition", low=1, high=10_000),
    **{name: COMMON[name] for name in SHARED},
}
essential = (
    "systems",
    "regimes",
    "rates",
    "generations",
    "chains",
    "repetitions",
    "jobs",
)  # what MLproject declares


def run(settings: Settings) -> None:
    """Run the stage."""
    fixed = {name: settings[name] for name in ("generations", "chains", "seed")}
    cells = product(*(settings[name] for name in ("systems", "regimes", "rates", "sample_sizes")))
    conditions = [Condition(*cell, **fixed) for cell in cells]
    grid = Grid(
        stage="distributions",
        settings=settings,
        breed=breed,
        conditions=conditions,
        axes=AXES,
        objective="closeness",
        generations=settings["generations"] + 1,
        version=RESULTS_VERSION,
        states=(State,),
    )
    run_grid(grid, lambda chains: {"chains": chains})
