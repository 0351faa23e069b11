"""Distributions: what becomes of models that learn from their own output, where theory knows?

Gaussians, mixtures, kernel densities, classes with a long tail, least squares, noisy labels: each
learns from rows of which the share `rate` was made by the generation before, under each regime.
A lineage holds many independent chains; the figures show theory as well.
"""

from experiments.distributions.settings import Settings
from mc.engine.command_line import main


def run(settings: Settings) -> None:
    """Run the stage."""
    from experiments.distributions import experiment

    experiment.run(settings)


if __name__ == "__main__":
    main(__doc__, Settings, run)
