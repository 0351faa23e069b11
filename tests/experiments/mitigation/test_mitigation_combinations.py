"""Laws of combinations: each is a recipe, and what does the same has the same name."""

from types import SimpleNamespace

import pytest

from experiments.mitigation.combinations import ALONE, alone, recipe, space
from mc import plugins
from mc.engine import queue
from mc.lineage import backends
from mc.lineage.recipe import is_control, parse

QUIET = {
    "relabel": "none",
    "generations": 3,
    "ask": "nobody",
    "share": 0.1,
    "use": "all",
    "keep": 0.6,
    "accumulate": False,
    "factor": 0.7,
    "restart": False,
    "strength": 1.0,
}


@pytest.mark.parametrize("backend", plugins.names("backends"))
def test_every_combination_is_a_recipe_without_controls_and_verifiers(backend):
    wanted = space(backends.find(backend))
    assert set(wanted) == set(QUIET)
    for chosen in queue.suggest_for_all(wanted, [], 2, 60, seed=0):
        parsed = parse(recipe(chosen))
        assert not is_control(parsed)
        assert "verifier" not in dict(parsed)


def test_a_backend_without_weights_is_searched_without_strategies_that_need_them():
    backend = SimpleNamespace(fit=lambda X, y, *, seed, previous=None: None)
    wanted = space(backend)
    assert set(alone(wanted)) >= {"none", "ensemble", "accumulate", "restart"}
    for chosen in queue.suggest_for_all(wanted, [], 2, 60, seed=0):
        assert not {"decay", "soft_labels", "regularise"} & set(dict(parse(recipe(chosen))))


def test_strategies_by_themselves_are_points_of_the_space():
    wanted = space(backends.find("logistic"))
    assert set(alone(wanted)) == set(ALONE)
    for one in alone(wanted).values():
        for name, axis in wanted.items():
            assert axis.neat(one[name]) == one[name]


def test_settings_of_what_is_not_chosen_do_not_show():
    assert recipe(QUIET) == "none"
    for name, value in {"generations": 5, "share": 0.2, "keep": 0.8, "factor": 0.2}.items():
        assert recipe({**QUIET, name: value}) == "none"
    assert recipe({**QUIET, "accumulate": True, "factor": 1.0}) == "accumulate"
    dropped = {**QUIET, "use": "drop_synthetic", "accumulate": True}
    assert recipe({**dropped, "restart": True}) == recipe(dropped) == "drop_synthetic+accumulate"
    assert recipe({**dropped, "relabel": "prior"}) == recipe(dropped)


def test_people_are_asked_after_the_model_and_before_anything_is_thrown_away():
    chosen = {**QUIET, "relabel": "ensemble", "ask": "active", "use": "confidence", "restart": True}
    assert [name for name, _ in parse(recipe({**chosen, "accumulate": True, "strength": 2.0}))] == [
        "ensemble",
        "active",
        "confidence",
        "accumulate",
        "decay",
        "restart",
        "regularise",
    ]


def test_a_backend_that_does_not_say_what_regularises_it_is_searched_without(monkeypatch):
    monkeypatch.delattr("mc.lineage.backends.logistic.stronger")
    wanted = space(backends.find("logistic"))
    assert set(wanted) == set(QUIET) - {"strength"}
    assert recipe({name: value for name, value in QUIET.items() if name in wanted}) == "none"
