"""``python -m experiments.monitor``."""

from experiments.monitor import experiment
from mc.engine.command_line import main

if __name__ == "__main__":
    main(experiment.__doc__, experiment.Settings, experiment.run)
