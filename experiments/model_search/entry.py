"""Model search: which of a backend's settings classify best, before anything collapses?

The original study's grid over its forest's parameters, as a search by Optuna's tree-structured
Parzen estimator with cross-validation on human labels. The result is `backend_params` for every
other stage, and is compared with the defaults on reviews that the search never saw.
"""

from experiments.model_search import experiment
from mc.engine.common import COMMON
from mc.params import Param

SHARED = ("data", "data_params", "backend", "backend_params", "seed", "jobs", "storage", "fresh")
parameters = {
    "trials": Param(40, "settings to try, the defaults first", low=1, high=10_000),
    "folds": Param(5, "parts of the cross-validation", low=2, high=100),
    "train_size": Param(10_000, "human-labelled reviews to search on", low=4),
    "test_size": Param(20_000, "reviews that the search never sees", low=2),
    "refits": Param(5, "fits of the final comparison, each with its own reviews", low=1, high=1000),
    **{name: COMMON[name] for name in SHARED},
}
essential = ("data", "backend", "trials", "train_size", "jobs")  # what MLproject declares
run = experiment.run
