"""``python -m experiments.compare_backends``."""

from experiments.compare_backends import experiment
from mc.engine.command_line import main

if __name__ == "__main__":
    main(experiment.__doc__, experiment.Settings, experiment.run)
