"""Rare classes: which classes vanish when a classifier learns its own labels, and what keeps them?

Classes have shares from about a half down to half a per cent. Lineages label their growth by the
likeliest class, by a draw from the probabilities, or with the human class shares, under all
regimes; then strategies against collapse are tried at the highest rate.
"""

from experiments.rare_classes.settings import Settings
from mc.engine.command_line import main


def run(settings: Settings) -> None:
    """Run the stage."""
    from experiments.rare_classes import experiment

    experiment.run(settings)


if __name__ == "__main__":
    main(__doc__, Settings, run)
