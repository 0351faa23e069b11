"""Evolution: can selection among mutants make up for labels that their parents gave?

The original study's sixth experiment: a first population with mutated settings and collapse rates
learns from people; the best have children, which mutate and learn from new reviews, of which their
rate's share is labelled by the parent; until children are no better than their forebears. Selection
goes by validation reviews; the winner is judged on reviews that selection never saw. `preset=seed`
has the original's sizes, and ends at the first generation without a better child.
"""

from experiments.evolution import experiment
from mc.engine.common import COMMON
from mc.params import Param

SHARED = ("data", "data_params", "backend", "backend_params")
RUNNING = ("seed", "jobs", "storage", "fresh")
parameters = {
    "population": Param(40, "individuals of the first generation", low=1, high=10_000),
    "survivors": Param(5, "individuals of a generation that have children", low=1),
    "children": Param(8, "children of each survivor", low=1, high=10_000),
    "max_generations": Param(5, "generations of children at most", low=1, high=1000),
    "patience": Param(
        2, "generations in a row without a better child that end it; the original: 1", low=1
    ),
    "rate": Param(
        0.05, "mean collapse rate at the start: share of labels from the parent", low=0.0, high=1.0
    ),
    "rate_sd": Param(0.01, "standard deviation of the rate's mutation", low=0.0, high=1.0),
    "refits": Param(5, "fits of an individual, each with its own reviews", low=1, high=1000),
    "train_size": Param(10_000, "reviews that a fit is trained on", low=2),
    "validation_size": Param(10_000, "reviews that selection goes by", low=2),
    "test_size": Param(20_000, "reviews that selection never sees", low=2),
    **{name: COMMON[name] for name in (*SHARED, *RUNNING)},
}
essential = (
    "data",
    "backend",
    "population",
    "rate",
    "max_generations",
    "jobs",
    "preset",
)  # what MLproject declares
presets = {
    "seed": {
        "population": 100,
        "survivors": 10,
        "children": 10,
        "max_generations": 100,
        "patience": 1,
    },
}
run = experiment.run
