"""Laws of breeding: who comes from whom, and that a place alone decides the draws."""

from dataclasses import replace

import pytest

from experiments.evolution.individuals import Protocol, first_population, offspring, survivors
from mc import plugins
from mc.lineage import backends
from mc.lineage.space import Range

PROTOCOL = Protocol("logistic", {"C": 1.0}, population=30, survivors=3, children=4)


def test_the_first_population_are_mutants_around_the_rate():
    population = first_population(PROTOCOL)
    assert [one.index for one in population] == list(range(30))
    assert {one.parent for one in population} == {""}
    assert all(dict(one.genes) != PROTOCOL.start for one in population)
    rates = [one.rate for one in population]
    assert abs(sum(rates) / 30 - 0.05) < 0.006
    assert all(0 <= rate <= 1 for rate in rates)


def test_an_individual_depends_on_its_place_alone():
    few = first_population(replace(PROTOCOL, population=5))
    assert few == first_population(PROTOCOL)[:5]
    parents = few[:2]
    assert offspring(PROTOCOL, parents)[:4] == offspring(PROTOCOL, parents[:1])


def test_children_differ_from_their_parent_and_each_other():
    parent = first_population(PROTOCOL)[0]
    children = offspring(PROTOCOL, [parent])
    assert [child.parent for child in children] == [parent.name] * 4
    assert {child.generation for child in children} == {1}
    assert all(child.genes != parent.genes for child in children)
    assert len({child.rate for child in children}) > 1


def test_survivors_are_the_best_and_ties_go_to_the_first():
    population = first_population(PROTOCOL)[:4]
    scores = dict(zip((one.name for one in population), (0.5, 0.9, 0.7, 0.9), strict=True))
    assert [one.index for one in survivors(population, scores, 3)] == [1, 3, 2]


@pytest.mark.parametrize("name", plugins.names("backends"))
def test_what_a_backend_lets_mutate_are_its_own_parameters_in_their_range(name):
    backend = backends.find(name)
    start = backend.Parameters.read_text("", "p").values()
    for key, axis in getattr(backend, "space", {}).items():
        ends = [axis.low, axis.high] if isinstance(axis, Range) else axis.values
        for value in ends:
            assert getattr(backend.Parameters.read({key: value}), key) == value
            assert type(value) is type(start[key])
    population = first_population(Protocol(name, start, population=20))
    assert len({tuple(one.genes.items()) for one in population}) > 10
