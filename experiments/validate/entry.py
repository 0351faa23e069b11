"""Validate: the laws whose answers are known, held against simulations.

Each law is simulated; the table says what was observed, what the law expects, and how many standard
errors lie between. Ends with exit code 1 when a law fails.
"""

from experiments.validate import experiment
from mc import plugins
from mc.engine.common import COMMON
from mc.params import Param

LAWS = plugins.names("experiments.validate.laws")
parameters = {
    "laws": Param(LAWS, "files in mc/laws", choices=LAWS),
    "chains": Param(
        10_000, "repetitions of a cheap law; costly ones take a share of them", low=2, high=10**7
    ),
    "tolerance": Param(4.0, "standard errors that a law may be missed by", low=0.01, high=100),
    **{name: COMMON[name] for name in ("seed", "jobs", "storage", "fresh")},
}
essential = ("laws", "chains", "tolerance", "jobs")  # what MLproject declares
run = experiment.run
