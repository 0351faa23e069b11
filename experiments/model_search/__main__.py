"""Model search: which of a backend's settings classify best, before anything collapses?

The original study's grid over its forest's parameters, as a search by Optuna's tree-structured
Parzen estimator with cross-validation on human labels. The result is `backend_params` for every
other stage, and is compared with the defaults on reviews that the search never saw.
"""

from experiments.model_search.settings import Settings
from mc.engine.command_line import main


def run(settings: Settings) -> None:
    """Run the stage."""
    from experiments.model_search import experiment

    experiment.run(settings)


if __name__ == "__main__":
    main(__doc__, Settings, run)
