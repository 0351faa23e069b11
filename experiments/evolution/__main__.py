"""Evolution: can selection among mutants make up for labels that their parents gave?

The original study's sixth experiment: a first population with mutated settings and collapse rates
learns from people; the best have children, which mutate and learn from new reviews, of which their
rate's share is labelled by the parent; until children are no better than their forebears. Selection
goes by validation reviews; the winner is judged on reviews that selection never saw. `preset=seed`
has the original's sizes, and ends at the first generation without a better child.
"""

from experiments.evolution.settings import Settings
from mc.engine.command_line import main


def run(settings: Settings) -> None:
    """Run the stage."""
    from experiments.evolution import experiment

    experiment.run(settings)


if __name__ == "__main__":
    main(__doc__, Settings, run)
