"""``python -m experiments.validate``."""

from experiments.validate import experiment
from experiments.validate.settings import Settings
from mc.engine.command_line import main

if __name__ == "__main__":
    main(experiment.__doc__, Settings, experiment.run)
