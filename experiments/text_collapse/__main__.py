"""Text collapse: a generator trained on its own output, and the classifier that learns from it.

For each class an n-gram model (interpolated Kneser-Ney) is trained on reviews and writes new ones.
Of what the next generation reads, the share `rate` was written by the one before, the rest are
new human reviews. A classifier learns from the same texts and is tested on
human ones.
"""

from experiments.text_collapse.settings import Settings
from mc.engine.command_line import main


def run(settings: Settings) -> None:
    """Run the stage."""
    from experiments.text_collapse import experiment

    experiment.run(settings)


if __name__ == "__main__":
    main(__doc__, Settings, run)
