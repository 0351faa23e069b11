"""Laws of what can be varied: values stay inside, keep their kind, and really move."""

import numpy as np
import pytest

from mc.errors import ParameterError
from mc.lineage.space import Choice, Range, check_inside, mutate
from mc.settings import Settings, format_value

AXES = {
    "C": Range(0.01, 100.0, log=True),
    "trees": Range(10, 1000, log=True),
    "share": Range(0.0, 1.0),
    "kind": Choice(("log2", "sqrt")),
    "bootstrap": Choice((False, True)),
}
START = {"C": 1.0, "trees": 100, "share": 0.5, "kind": "sqrt", "bootstrap": False}


def mutants(many: int) -> list[dict[str, object]]:
    return [mutate(START, AXES, np.random.default_rng(seed)) for seed in range(many)]


def test_mutants_stay_in_range_and_keep_their_kind():
    for mutant in mutants(300):
        for name, axis in AXES.items():
            assert type(mutant[name]) is type(START[name])
            if isinstance(axis, Range):
                assert axis.low <= mutant[name] <= axis.high
            else:
                assert mutant[name] in axis.values


def test_every_mutant_differs_and_every_value_moves_in_about_half_of_them():
    found = mutants(600)
    assert all(mutant != START for mutant in found)
    for name in AXES:
        moved = np.mean([mutant[name] != START[name] for mutant in found])
        assert 0.4 < moved < 0.65


def test_steps_on_a_logarithmic_scale_are_as_likely_up_as_down():
    moved = [mutant["C"] for mutant in mutants(1000) if mutant["C"] != 1.0]
    assert 0.45 < np.mean(np.array(moved) > 1.0) < 0.55
    assert abs(np.median(np.log(moved))) < 0.3


def test_a_whole_number_moves_by_at_least_one():
    axis = Range(1, 3)
    steps = {axis.step(2, np.random.default_rng(seed)) for seed in range(50)}
    assert steps == {1, 3}


def test_values_can_be_typed_again():
    class Parameters(Settings):
        """Of every kind."""

        C: float = 1.0
        trees: int = 1
        share: float = 0.1
        kind: str = "sqrt"
        bootstrap: bool = False

    for mutant in mutants(100):
        text = ",".join(f"{name}={format_value(value)}" for name, value in mutant.items())
        assert Parameters.read_text(text, "x").values() == mutant


def test_a_start_outside_a_range_is_refused():
    with pytest.raises(ParameterError, match=r"p: C=500.0 lies outside .* 0.01 to 100"):
        check_inside("p", {**START, "C": 500.0}, AXES)
