"""Mitigation: what helps against collapse, how much, and at what price in human labels?

Strategies compete on the same replicates: each changes what a generation is about to train on, and
is held against doing nothing. Then combinations are searched for what regains most accuracy for
fewest human labels, and those on the front are bred once more on new replicates.
"""

from experiments.mitigation.settings import Settings
from mc.engine.command_line import main


def run(settings: Settings) -> None:
    """Run the stage."""
    from experiments.mitigation import experiment

    experiment.run(settings)


if __name__ == "__main__":
    main(__doc__, Settings, run)
