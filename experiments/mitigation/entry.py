"""Mitigation: what helps against collapse, how much, and at what price in human labels?

Strategies compete on the same replicates: each changes what a generation is about to train on, and
is held against doing nothing. Then combinations are searched for what regains most accuracy for
fewest human labels, and those on the front are bred once more on new replicates.
"""

from dataclasses import replace

from experiments.mitigation import experiment
from mc.engine.common import COMMON, models
from mc.params import Param

LEADERBOARD = (
    "none",
    "drop_synthetic",
    "accumulate",
    "accumulate+decay",
    "fresh_labels",
    "active",
    "confidence",
    "verifier",
    "ensemble",
    "soft_labels",
    "prior",
    "regularise",
    "restart",
)
MODEL = ("backend", "backend_params")
RUNNING = ("repetitions", "test_size", "seed", "jobs", "storage", "fresh")
parameters = {
    "strategies": Param(
        LEADERBOARD,
        "recipes to compare: names of files in mc/lineage/strategies, as "
        "accumulate+fresh_labels:share=0.2 joined and set",
    ),
    "trials": Param(16, "combinations that are searched; 0: none", low=0, high=10_000),
    "rate": Param(1.0, "share of each increment that a model labels", low=0.01, high=1.0),
    "initial_size": Param(4_000, "human-labelled reviews of generation 0", low=2),
    "increment": Param(4_000, "reviews that each generation adds", low=1),
    "final_size": Param(28_000, "reviews collected by the last generation", low=2),
    "regime": replace(COMMON["regime"], default="replace"),
    "labelling": COMMON["labelling"],
    "log_models": models("last"),
    "register": Param(
        "", "name in MLflow's model registry for models @human, @collapsed, @rescued; empty: none"
    ),
    **{name: COMMON[name] for name in ("data", "data_params", *MODEL, *RUNNING)},
}
essential = (
    "data",
    "backend",
    "strategies",
    "rate",
    "repetitions",
    "trials",
    "register",
    "jobs",
)  # what MLproject declares
run = experiment.run
