"""``python -m experiments.evolution``."""

from experiments.evolution import experiment
from experiments.evolution.settings import Settings
from mc.engine.command_line import main

if __name__ == "__main__":
    main(experiment.__doc__, Settings, experiment.run)
