"""Which chains run: every system under every regime and rate."""

from itertools import product

from experiments.distributions.settings import Settings
from mc.engine.grids import Grid, run_grid
from mc.lineage.chains import AXES, RESULTS_VERSION, Condition, State, breed


def run(settings: Settings) -> None:
    """Run the stage."""
    cells = product(settings.systems, settings.regimes, settings.rates, settings.sample_sizes)
    conditions = [
        Condition(
            *cell, generations=settings.generations, chains=settings.chains, seed=settings.seed
        )
        for cell in cells
    ]
    grid = Grid(
        stage="distributions",
        settings=settings,
        repetitions=settings.repetitions,
        breed=breed,
        conditions=conditions,
        axes=AXES,
        objective="closeness",
        generations=settings.generations + 1,
        version=RESULTS_VERSION,
        states=(State,),
    )
    run_grid(grid, lambda chains: {"chains": chains})
