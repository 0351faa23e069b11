"""Tolerance: how much machine-labelled data may be mixed in before it harms?

For each backend and size, the largest collapse rate whose loss stays within `margin` is searched
for: repetitions go where the answer is least certain, and the search stops when the interval is
narrower than `width` or `budget` lineages are used up. The interval holds with the asked
`confidence` however often it was looked at. Beside it the two controls without which the number
misleads: as many wrong labels at random places, and the same human reviews with no synthetic ones.
"""

from experiments.tolerance.settings import Settings
from mc.engine.command_line import main


def run(settings: Settings) -> None:
    """Run the stage."""
    from experiments.tolerance import experiment

    experiment.run(settings)


if __name__ == "__main__":
    main(__doc__, Settings, run)
