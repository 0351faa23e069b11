"""Laws of lineages with a cure: what none of them changes, what fresh text restores, resuming."""

from dataclasses import replace

import numpy as np
import pytest
from corpora import make_corpus

from experiments.text_collapse import treatment
from experiments.text_collapse.lineage import Condition, breed
from experiments.text_collapse.settings import CURES
from mc.lineage import backends
from mc.text.cures import none
from mc.text.curing import parse
from mc.text.tokens import open_tokens, prepare

LOGISTIC = backends.find("logistic").Parameters.read_text("", "p").values()
BASE = Condition(
    "replace", 0.7, reviews=60, generations=3, test_size=80, backend_params=LOGISTIC, longest=30
)
TREATED = [*CURES[1:5], "truncate:0.3", *CURES[5:]]


@pytest.fixture(scope="module")
def tokens(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MC_CACHE", str(tmp_path_factory.mktemp("cache")))
        return open_tokens(prepare("small", lambda: make_corpus(330))[0])


def metrics(records):
    """All but times."""
    return [
        {name: at for name, at in each.metrics.items() if "seconds" not in name} for each in records
    ]


def cured(tokens, **changes):
    return metrics(breed(tokens, replace(BASE, **changes), 0))


@pytest.mark.parametrize("cure", TREATED)
def test_an_interrupted_lineage_with_a_cure_ends_as_an_undisturbed_one(tokens, cure):
    condition = replace(BASE, cure=cure, regime="accumulate")
    whole = list(breed(tokens, condition, 0))
    for step in (0, 1):
        rest = metrics(breed(tokens, condition, 0, whole[step].state))
        assert rest == metrics(whole)[step + 1 :]


def test_the_hook_itself_changes_no_number(tokens, monkeypatch):
    plain = cured(tokens)
    monkeypatch.setattr(treatment, "NOTHING", "")  # the cure that does nothing is then applied
    applied = cured(tokens)
    assert [{**each} for each in plain] == [
        {name: at for name, at in each.items() if name not in treatment.DESCRIPTIONS}
        for each in applied
    ]
    assert parse("none").module is none


@pytest.mark.parametrize("cure", ["surprise:1", "truncate:1", "edit:1", "fresh:0"])
def test_a_cure_at_the_end_of_its_range_gives_the_numbers_of_none(tokens, cure):
    plain, treated = cured(tokens), cured(tokens, cure=cure)
    assert plain == [{name: each[name] for name in plain[0]} for each in treated]


@pytest.mark.parametrize("regime", ["replace", "accumulate", "subsample"])
def test_all_fresh_text_at_rate_1_reads_what_rate_0_reads(tokens, regime):
    human = cured(tokens, regime=regime, rate=0.0)
    fresh = cured(tokens, regime=regime, rate=1.0, cure="fresh:1")
    assert human == [{name: each[name] for name in human[0]} for each in fresh]
    spent = [each["human_spent"] for each in fresh]
    if regime != "subsample":
        assert spent == [0, 60, 120, 180]
    assert spent == sorted(spent)


def test_generation_zero_is_common_to_all_cures(tokens):
    zeros = [cured(tokens, cure=cure, generations=0)[0] for cure in CURES]
    assert all({name: each[name] for name in zeros[0]} == zeros[0] for each in zeros)


def test_golden_has_nothing_to_weigh_where_all_that_is_read_is_written(tokens):
    plain, treated = cured(tokens, rate=1.0), cured(tokens, rate=1.0, cure="golden")
    assert plain == [{name: each[name] for name in plain[0]} for each in treated]


def test_what_a_cure_takes_is_measured(tokens):
    found = {cure: cured(tokens, cure=cure)[-1] for cure in TREATED}
    assert all(
        set(treatment.DESCRIPTIONS) - {"cure_seconds"} <= set(each) for each in found.values()
    )
    assert found["surprise:0.5"]["texts_kept"] == pytest.approx(0.5, abs=0.02)
    assert found["surprise:0.5"]["train_size"] == 30
    assert 0 < found["truncate:0.3"]["words_altered"] < 1
    assert found["detector"]["train_size"] == 60
    assert {cure for cure, each in found.items() if each["human_spent"]} == {"fresh:0.1"}
    assert all(np.isfinite(list(each.values())).all() for each in found.values())
