"""Laws of the names of metrics: one grammar, ``lower_snake_case`` and after a slash the series."""

import gzip
import re

import pandas as pd
import pytest

from experiments.audit import checks
from experiments.monitor import lineage, signals
from experiments.recommender import metrics as of_rankers
from experiments.text_collapse import judging, treatment
from mc import plugins
from mc.lineage import class_metrics
from mc.lineage import metrics as of_classifiers
from tests.golden import record

NAME = re.compile(r"^[a-z][a-z0-9_]*(/[^/]+)*$")  # series of stage runs may have several parts
SYSTEMS = {name: plugins.load("systems", "systems", name) for name in plugins.names("systems")}
DECLARED = {
    "audit": checks.DESCRIPTIONS,
    "classifiers": {**of_classifiers.DESCRIPTIONS, **of_classifiers.LABEL_COUNTS},
    "classes": class_metrics.DESCRIPTIONS,
    "monitor": {**signals.DESCRIPTIONS, lineage.of_slice("accuracy", 0): "of a slice"},
    "recommender": of_rankers.DESCRIPTIONS,
    "text_collapse": {**judging.DESCRIPTIONS, **treatment.DESCRIPTIONS},
    **{f"system {name}": each.metrics for name, each in SYSTEMS.items()},
    **{f"portrait {name}": getattr(each, "portraits", {}) for name, each in SYSTEMS.items()},
}


@pytest.mark.parametrize("loop", DECLARED)
def test_every_metric_that_a_loop_declares_follows_the_grammar(loop):
    assert [name for name in DECLARED[loop] if not NAME.match(name)] == []


def test_every_metric_that_a_stage_once_logged_follows_the_grammar():
    with gzip.open(record.ROOT / "tests/golden/embedded.csv.gz") as file:
        names = pd.read_csv(file)["metric"].unique()
    assert [name for name in names if not NAME.match(name)] == []
    assert len(names) > 100


def test_entropies_of_different_things_have_different_names():
    names = {
        loop: {name for name in declared if "entropy" in name}
        for loop, declared in DECLARED.items()
    }
    assert names["monitor"] == names["classifiers"] == names["classes"] == {"prediction_entropy"}
    assert names["text_collapse"] == {"word_entropy"}
    assert names["system categorical"] == {"share_entropy"}
