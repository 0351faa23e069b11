"""Recommender: the filter bubble as the same loop, a ranker retrained on the clicks that it caused.

Generation 0 learns from clicks on random lists, the human data. From then on users are shown the
ranker's own lists, in which the share `epsilon` of the places shows a random item, and the next
generation learns from what they click. Users and items are simulated with known tastes, or tastes
are estimated from a file of ratings.
"""

from experiments.recommender.settings import Settings
from mc.engine.command_line import main


def run(settings: Settings) -> None:
    """Run the stage."""
    from experiments.recommender import experiment

    experiment.run(settings)


if __name__ == "__main__":
    main(__doc__, Settings, run)
