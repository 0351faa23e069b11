"""Compare backends: the same replicates through every backend, regime and labelling.

The question that the original study leaves open: is the fall to 0.5 a loss of information or a
drift of the class shares? Labelling by `prior` keeps the shares, the area under the ROC curve
ignores them.
"""

from experiments.compare_backends.settings import Settings
from mc.engine.command_line import main


def run(settings: Settings) -> None:
    """Run the stage."""
    from experiments.compare_backends import experiment

    experiment.run(settings)


if __name__ == "__main__":
    main(__doc__, Settings, run)
