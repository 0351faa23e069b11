"""``python -m experiments.model_search``."""

from experiments.model_search import experiment
from experiments.model_search.settings import Settings
from mc.engine.command_line import main

if __name__ == "__main__":
    main(experiment.__doc__, Settings, experiment.run)
