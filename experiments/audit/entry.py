"""Audit: is this corpus polluted by machines, in its texts or in its labels, and by how much?

A suspect corpus is held against a human one: class shares, words, style, labels given the text,
near-duplicates and diversity, each with a p-value, corrected together; then what training on it
costs, and with known synthetic rows the polluted share. Audits of human reviews with planted
pollution say how often there is a false alarm and which share would have been seen. Without a
suspect, half of the human corpus is polluted for demonstration.
"""

from experiments.audit import experiment
from experiments.audit.samples import KINDS
from mc.engine.common import COMMON
from mc.params import Param

SHARED = ("data", "data_params", "backend", "backend_params", "seed", "jobs", "storage", "fresh")
parameters = {
    "suspect": Param("", "path, glob or address of the suspect reviews; empty: a demonstration"),
    "known": Param("", "path of reviews known to be synthetic; empty: no share is estimated"),
    "suspect_params": Param("", "settings of suspect and known, as data_params"),
    "polluted": Param(0.1, "polluted share of the demonstration", low=0.0, high=1.0),
    "machine": Param("labels", "what a machine made in the demonstration", choices=KINDS),
    "sample_size": Param(20_000, "reviews of each side at most", low=100, high=10_000_000),
    "shares": Param(
        (0.05, 0.1, 0.2), "planted shares that say what can be seen", low=0.0, high=1.0
    ),
    "repetitions": Param(3, "planted audits of each kind and share", low=1, high=10_000),
    "confidence": Param(0.95, "of all checks together, and of intervals", low=0.5, high=0.9999),
    "detect": Param(0.15, "polluted share that the audit should see", low=0.001, high=1.0),
    "power": Param(0.8, "share of such audits that should see it", low=0.05, high=0.999),
    "permutations": Param(999, "draws for a p-value", low=19, high=1_000_000),
    "labeller": Param("random_forest", "the planted machine that labels: a backend"),
    "labeller_rows": Param(500, "human labels that it learned from", low=20, high=1_000_000),
    "writer_rows": Param(
        5_000, "human reviews that the one that writes read", low=20, high=1_000_000
    ),
    **{name: COMMON[name] for name in SHARED},
}
essential = (
    "data",
    "suspect",
    "known",
    "sample_size",
    "confidence",
    "detect",
    "jobs",
)  # what MLproject declares
run = experiment.run
