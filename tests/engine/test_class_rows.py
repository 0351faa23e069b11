"""Classes that a stage cannot learn are refused before it starts, with the class and the remedy."""

import numpy as np
import pandas as pd
import pytest
from laboratory import Laboratory

from mc.data.table import Table
from mc.engine.conditions import check_classes
from mc.errors import DataError
from mc.lineage.loop import Condition

N = 300


def frame(**columns) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"a": rng.normal(size=N), "b": rng.normal(size=N)})
    return table.assign(**{"kind": rng.choice(["x", "y"], N), **columns})


def with_rare(rows: int) -> list[str]:
    """A class of so many rows among two large ones."""
    return ["rare" if i < rows else "xy"[i % 2] for i in range(N)]


def refusal(tmp_path, table: pd.DataFrame, stage: str = "collapse_rates", **changes: str) -> str:
    """What a stage says that refuses a table, without a run."""
    laboratory = Laboratory.build(tmp_path, quick=True)
    table.to_csv(tmp_path / "table.csv", index=False)
    small = {"data": "table.csv", "data_params": "target=kind"}
    small |= {"initial_size": "50", "increment": "50", "final_size": "100", "test_size": "100"}
    said = laboratory.run(stage, expect=1, **small | changes)[1]
    assert not laboratory.runs()
    assert said.count("\n") == 1
    return said


@pytest.mark.parametrize("stage", ["collapse_rates", "rare_classes"])
def test_a_class_that_only_the_test_set_has_is_named(tmp_path, stage):
    changes = {"repetitions": "30", "test_size": "150"} | (
        {"imbalance": "0"} if stage == "rare_classes" else {}
    )
    said = refusal(tmp_path, frame(kind=with_rare(2)), stage, **changes)
    assert "all 2 rows of class 'rare' are among the held-out ones of repetition" in said
    assert "use a smaller test_size than 150, bring more rows of this class, or leave it" in said


def test_a_class_that_a_generation_lacks_is_none_of_its_business():
    labels = np.unique(with_rare(4), return_inverse=True)[1].astype(np.int8)
    table = Table(frame(), labels, {"name": "t", "classes": ["rare", "x", "y"]})
    few = Condition((3, 5), test_size=20)
    assert not (labels[:5] == 1).all()
    check_classes(table, [few], repetitions=20)
    with pytest.raises(DataError, match="rows of class 'rare' are among the held-out"):
        check_classes(table, [Condition((3, 5), test_size=290)], repetitions=20)


def test_classes_are_not_more_than_rows(tmp_path):
    said = refusal(tmp_path, frame(kind=[f"c{i // 2}" for i in range(N)]))
    assert "has 150 classes, more than the rows of initial_size=50; use a larger initial_s" in said


def test_a_class_with_one_row_is_named(tmp_path):
    assert "'rare' has one; leave such rows out" in refusal(tmp_path, frame(kind=with_rare(1)))


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([f"{i / 7:.3f}" for i in range(N)], "'0.000'"),
        (["?!..."] * N, "'?!...'"),
        ([str(i % 9) for i in range(N)], "'0'"),
    ],
)
def test_a_column_of_texts_holds_texts(tmp_path, values, shown):
    said = refusal(tmp_path, frame(text=values))
    assert f"table.csv: column 'text' holds no texts, as {shown} shows; name that of the" in said
