"""Validate: the laws whose answers are known, held against simulations.

Each law is simulated; the table says what was observed, what the law expects, and how many standard
errors lie between. Ends with exit code 1 when a law fails.
"""

from experiments.validate.settings import Settings
from mc.engine.command_line import main


def run(settings: Settings) -> None:
    """Run the stage."""
    from experiments.validate import experiment

    experiment.run(settings)


if __name__ == "__main__":
    main(__doc__, Settings, run)
