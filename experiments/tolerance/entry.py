"""Tolerance: how much machine-labelled data may be mixed in before it harms?

For each backend and size, the largest collapse rate whose loss stays within `margin` is searched
for: repetitions go where the answer is least certain, and the search stops when the interval is
narrower than `width` or `budget` lineages are used up. The interval holds with the asked
`confidence` however often it was looked at. Beside it the two controls without which the number
misleads: as many wrong labels at random places, and the same human reviews with no synthetic ones.
"""

from experiments.tolerance import experiment
from mc import plugins
from mc.engine.common import COMMON, models
from mc.params import Param
from mc.statistics import DEFAULT_MARGIN

MIN_RATE = 0.001
SHARED = ("regime", "labelling", "test_size", "seed", "jobs", "storage", "fresh")
DATA = ("data", "data_params")
parameters = {
    **{name: COMMON[name] for name in DATA},
    "backends": Param(
        ("logistic",),
        "classifier families, each with settings behind colons: logistic,lightgbm:fast; of "
        + ", ".join(plugins.names("backends")),
    ),
    "sizes": Param((2_000, 6_000), "reviews of the last generation", low=2),
    "initial_share": Param(
        0.5, "share of them with human labels, of generation 0", low=0.001, high=0.999
    ),
    "generations": Param(4, "equal steps from there to the size", low=1, high=1_000),
    "margin": Param(
        DEFAULT_MARGIN, "largest loss of accuracy that does not matter", low=1e-6, high=1.0
    ),
    "confidence": Param(0.95, "chance that an interval holds at all looks", low=0.5, high=0.999999),
    "width": Param(0.1, "of the interval at which a search ends", low=0.002, high=1.0),
    "budget": Param(100, "lineages at most of a search, without controls", low=1, high=1_000_000),
    "first_rates": Param((0.05, 0.2, 0.5, 1.0), "rates of the first look", low=MIN_RATE, high=1.0),
    "first_repetitions": Param(5, "of the first look and the controls", low=3, high=10_000),
    "controls": Param(
        True, "whether to run noise_control and drop_synthetic at the rates of the first look"
    ),
    "grid": Param(0, "rates of a grid to compare with, at equal cost; 0: none", low=0, high=1_000),
    "log_models": models("last"),
    **{name: COMMON[name] for name in SHARED},
}
essential = (
    "data",
    "backends",
    "sizes",
    "margin",
    "width",
    "budget",
    "jobs",
)  # what MLproject declares
run = experiment.run
