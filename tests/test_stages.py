"""Laws of the other stages, end to end on small corpora."""

import pandas as pd
import pytest
from laboratory import Laboratory, members

from experiments import fine_rates
from mc import cli
from mc.common import within
from mc.errors import DataError
from mc.tracking import store


@pytest.fixture
def laboratory(tmp_path) -> Laboratory:
    return Laboratory.build(tmp_path)


def test_training_size_leaves_out_what_the_corpus_cannot_fill(laboratory):
    out, _ = laboratory.run("training_size", sizes="50,100,200,400,900", log_models="none")
    assert "sizes beyond the pool of 600 reviews are left out: 900" in out
    numbers = laboratory.numbers(laboratory.stage_runs[0])
    assert sorted(set(numbers["train_size"])) == [50, 100, 200, 400]
    assert set(numbers["synthetic_share"]) == {0}
    means = numbers.groupby("train_size")["accuracy"].mean()
    assert means.iloc[-1] > means.iloc[0]


def test_total_collapse_labels_all_growth_from_every_start(laboratory):
    few = {"sizes": "50,100,200,400", "log_models": "none"}
    laboratory.run("total_collapse", **few)
    numbers = laboratory.numbers(laboratory.stage_runs[0])
    assert sorted(set(numbers["initial_size"])) == [50, 100, 200]
    collapsed = numbers.query("rate == 1")
    expected = 1 - collapsed["initial_size"] / collapsed["train_size"]
    pd.testing.assert_series_equal(collapsed["synthetic_share"], expected, check_names=False)
    human = numbers.query("rate == 0").groupby(["replicate", "train_size"])["accuracy"]
    assert human.nunique().max() <= 2  # one human-labelled curve, whatever the start (to a solver)
    laboratory.run("total_collapse", **few)
    second, first = laboratory.stage_runs
    assert members(laboratory, first) == members(laboratory, second)
    assert len(laboratory.runs(kind=store.LINEAGE)) == 12


@pytest.mark.parametrize("stage", ["low_rates", "fine_rates"])
def test_growing_stages_give_the_numbers_of_the_main_job(laboratory, stage):
    laboratory.run(stage, repetitions="1", rates="0,0.5")
    laboratory.run("collapse_rates", repetitions="1", rates="0,0.5", log_models="none")
    main, other = laboratory.stage_runs
    pd.testing.assert_frame_equal(laboratory.numbers(main), laboratory.numbers(other))
    models = [run.outputs.model_outputs for run in laboratory.runs(stage=stage, kind=store.LINEAGE)]
    assert [sorted(output.step for output in outputs) for outputs in models] == [[0, 4], [0, 4]]


def values(*given: str) -> dict[str, object]:
    seen: dict[str, object] = {}
    command = cli.command("", fine_rates.parameters, seen.update, fine_rates.presets)
    command.main(list(given), standalone_mode=False)
    return seen


def test_a_preset_fills_in_what_is_left_at_its_default():
    assert values()["repetitions"] == 5
    assert values("--preset", "seed")["repetitions"] == 20
    assert values("--preset", "seed", "--repetitions", "7")["repetitions"] == 7
    assert "preset" not in values("--preset", "seed")


def test_sizes_are_split_by_what_a_pool_can_fill():
    assert within([400, 50, 100], 100) == ((50, 100), (400,))
    with pytest.raises(DataError, match="sizes=50 and more do not fit into a pool of 20 reviews"):
        within([50, 100], 20)
