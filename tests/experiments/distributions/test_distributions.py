"""The stage of chains, end to end and small, and its page on what it left."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from laboratory import Laboratory, frame

from experiments.distributions import summary as found
from experiments.distributions.analysis import apart, chain_curves, chain_ends, within_interval
from mc.errors import DataError
from mc.lineage.chains import Condition, breed
from mc.report import outline
from mc.report.stage_result import StageResult

FACTS = {"data": "simulated from a known law", "chains": "20"}


def chains(replicates: int = 3, system: str = "categorical") -> pd.DataFrame:
    rows = [
        {
            "system": system,
            "regime": regime,
            "rate": rate,
            "size": 30,
            "replicate": replicate,
            "generation": step,
            **bred.metrics,
        }
        for regime in ("accumulate", "replace")
        for rate in (0.0, 1.0)
        for replicate in range(replicates)
        for step, bred in enumerate(
            breed(None, Condition(system, regime, rate, 30, 4, 20), replicate)
        )
    ]
    return pd.DataFrame(rows)


GAUSSIAN = chains(system="gaussian")
FRAME = pd.concat([chains(), GAUSSIAN])
CURVES = chain_curves(FRAME)


def test_the_stage_logs_its_chains_and_draws_them(tmp_path):
    few = {"systems": "categorical", "regimes": "replace", "rates": "1", "repetitions": "2"}
    laboratory = Laboratory.build(tmp_path, alone=True)
    out, _ = laboratory.run("distributions", **few, generations="3", chains="10")
    (stage_run,) = laboratory.stage_runs
    logged = frame(stage_run, "chains")
    assert list(zip(logged["replicate"], logged["generation"], strict=True)) == [
        (replicate, step) for replicate in range(2) for step in range(4)
    ]
    condition = Condition("categorical", "replace", 1.0, 50, 3, 10)
    expected = [bred.metrics["diversity"] for bred in breed(None, condition, 1)]
    assert list(logged.loc[logged["replicate"] == 1, "diversity"]) == pytest.approx(expected)
    figures = {path.stem for path in Path(stage_run.info.artifact_uri).glob("figures/*.png")}
    assert figures == {"categorical", "categorical_classes"}
    assert "replace" in out
    assert "Where each system ends" in stage_run.data.tags["mlflow.note.content"]


def test_theory_stands_beside_each_curve_and_the_table_tells_the_ends():
    known = CURVES[CURVES["metric"].isin(["diversity", "variance"])]
    assert known["theory"].notna().all()
    assert CURVES.loc[CURVES["metric"] == "share_entropy", "theory"].isna().all()
    inside, both = within_interval(CURVES)
    assert 0.7 * both < inside <= both
    told = outline.build(StageResult("distributions", FACTS, {"chains": FRAME}))
    (table,) = told.tables
    ends = chain_ends(CURVES)
    assert set(ends["generation"]) == {4}
    assert len(table.rows) == 4
    row = table.rows[1]
    assert row[:4] == ["categorical", "30", "replace", "diversity"]
    assert float(row[-1]) == pytest.approx((1 - 1 / 30) ** 5, abs=1e-3)
    assert len(told.headlines) == 1
    assert "ends at" in told.sections[0].sentences[0]
    assert [section.name for section in told.sections] == [
        "categorical",
        "categorical_classes",
        "gaussian",
    ]


def test_rows_in_any_order_tell_the_same():
    shuffled = GAUSSIAN.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(chain_curves(shuffled), chain_curves(GAUSSIAN))


def test_regimes_are_told_apart_by_paired_differences():
    contrasts = apart(FRAME, "replace", "accumulate", 1.0).set_index("system")
    diversity = FRAME.query("generation == 4 and rate == 1 and system == 'categorical'")
    off = (1 - diversity.pivot(index="replicate", columns="regime", values="diversity")).abs()
    expected = (off["replace"] - off["accumulate"]).mean()
    assert contrasts.loc["categorical", "mean"] == pytest.approx(expected)
    said = found.headline(contrasts.reset_index(), chain_ends(CURVES))
    further = int((contrasts["low"] > 0).sum())
    assert f"than accumulate in {further} of 2 systems" in said
    assert apart(FRAME, "replace", "nothing", 1.0).empty


def test_one_replicate_has_no_interval_and_says_so():
    told = outline.build(
        StageResult("distributions", FACTS, {"chains": GAUSSIAN.query("replicate == 0")})
    )
    assert "[" not in told.tables[0].rows[0][-2]
    assert "Theory cannot be compared" in " ".join(told.sections[0].sentences)


def test_the_drawn_chain_is_told_by_its_classes():
    drawn = chains(1).query("rate == 1")
    shares = [name for name in drawn if name.startswith("share/")]
    last = drawn.query("generation == 4 and regime == 'replace'").iloc[0]
    gone = int(np.sum(last[shares] == 0))
    assert f"Under replace, {gone} of {len(shares)} classes are lost" in " ".join(
        found.class_findings(drawn)
    )


def test_a_frame_that_lacks_an_axis_is_refused():
    with pytest.raises(DataError, match="lacks the columns regime"):
        chain_curves(FRAME.drop(columns="regime"))
