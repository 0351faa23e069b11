"""``python -m experiments.tolerance``."""

from experiments.tolerance import experiment
from experiments.tolerance.settings import Settings
from mc.engine.command_line import main

if __name__ == "__main__":
    main(experiment.__doc__, Settings, experiment.run)
