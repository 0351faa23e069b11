"""``python -m experiments.mitigation``."""

from experiments.mitigation import experiment
from experiments.mitigation.settings import Settings
from mc.engine.command_line import main

if __name__ == "__main__":
    main(experiment.__doc__, Settings, experiment.run)
