"""``python -m experiments.audit``."""

from experiments.audit import experiment
from experiments.audit.settings import Settings
from mc.engine.command_line import main

if __name__ == "__main__":
    main(experiment.__doc__, Settings, experiment.run)
