"""Laws of the stage `monitor`: what its pages say, and one run from end to end."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from laboratory import Laboratory, finished
from test_monitor_curves import COLUMNS, JUDGED, LAST, lineages

from experiments.monitor import curves
from experiments.monitor.log_files import ROLES
from experiments.monitor.logs import LogCondition, breed_log, open_log
from experiments.monitor.page import _means
from experiments.monitor.settings import SIGNALS
from mc.report import outline
from mc.report.stage_result import StageResult
from mc.tracking import store

ASKED = {
    "false_alarms": 0.1,
    "allowance": 0.5,
    "calibration": 40,
    "repetitions": JUDGED,
    "window": 500,
    "signals": ",".join(SIGNALS),
}


def build(generations, **asked):
    frames = {
        "generations": generations,
        "slices": pd.DataFrame({"slice": list(COLUMNS.values())}),
        "asked": pd.DataFrame([ASKED | asked]),
    }
    return outline.build(StageResult("monitor", {"data": "reviews.csv (9 reviews)"}, frames))


@pytest.fixture(scope="module")
def page():
    return build(lineages())


def told(page):
    sentences = [sentence for section in page.sections for sentence in section.sentences]
    return " ".join([*page.headlines, *sentences, *page.cautions])


def test_the_headline_is_the_table_and_names_its_price(page):
    first, table = page.headlines[0], page.tables[0]
    assert f"at most 10% false alarms over {LAST} generations" in first
    assert f"in {JUDGED} of {JUDGED} lineages at rate 1" in first
    row = table.rows[-1]
    assert row[0] == "1"
    assert row[table.heads.index("lost by alarm")] in first
    assert row[table.heads.index("lost at end")] in first
    assert "promises 7.14% false alarms or fewer" in page.headlines[1]  # 2 of 28
    assert re.search(rf"Of {JUDGED} further lineages of human labels, \d raised", told(page))


def test_every_section_has_a_figure_that_says_what_it_is_made_of(page):
    assert [each.name for each in page.sections] == ["operating", "delays", "signals", "slices"]
    for section in page.sections:
        footer = " ".join(section.figure._supxlabel.get_text().split())
        assert "reviews.csv" in footer
        assert f"{JUDGED} repetitions" in footer
        assert "27 lineages of human labels at 10% false alarms" in footer


def test_what_sees_it_first_and_which_slice_is_hit_most_are_told(page):
    assert "At rate 1, confidence alone raises the alarm first of 7 signals" in told(page)
    assert "At rate 1, books loses most by the last generation: 8.00" in told(page)
    assert "The gap between the best and the worst slice grows by 4.0" in told(page)


def test_a_stage_of_an_earlier_version_is_judged_by_the_signals_that_it_asked_for(page):
    former = build(lineages(), signals=ASKED["signals"].replace("prediction_entropy", "entropy"))
    assert told(former) == told(page)
    assert former.facts == page.facts


@pytest.mark.parametrize("judged", [1, 2])
def test_few_repetitions_are_told_without_gaps(judged):
    page = build(lineages(judged=judged), repetitions=judged)
    assert "nan" not in told(page)


def test_rate_0_alone_tells_false_alarms_only():
    rows = lineages()
    page = build(rows[rows["rate"] == 0])
    assert page.headlines[0].startswith("Only rate 0 was run")
    assert [each.name for each in page.sections] == ["operating", "signals"]


def logged(tmp_path, shift):
    """A page about a log of 30 windows in which confidence rises after 24."""
    rng = np.random.default_rng(0)
    rows = 30 * 60
    changed = shift * (np.arange(rows) >= 24 * 60)
    table = pd.DataFrame(
        {
            "probability": 1 / (1 + np.exp(-(1 + changed) * rng.normal(0, 1, rows))),
            "label": rng.integers(0, 2, rows),
            "source": np.where(rng.random(rows) < 0.6, "books", "tools"),
        }
    )
    table["frozen"] = table["probability"].to_numpy()
    table.to_csv(tmp_path / "log.csv", index=False)
    open_log.cache_clear()
    log = open_log(str(tmp_path / "log.csv"), tuple((f"{role}_column", "") for role in ROLES))
    condition = LogCondition(60, 20)
    windows = [
        {"place": place, **each.metrics, **each.notes}
        for place, each in enumerate(breed_log(log, condition, 0))
    ]
    asked = {"false_alarms": 0.05, "allowance": 0.5, "reference_windows": 20, "seed": 0}
    frames = {
        "windows": pd.DataFrame(windows),
        "slices": pd.DataFrame({"slice": log.slices(60)}, dtype=str),
        "asked": pd.DataFrame([asked | {"signals": ",".join(SIGNALS)}]),
    }
    return outline.build(StageResult("monitor", {"data": "log.csv"}, frames))


def test_a_log_that_changes_sounds_the_alarm_after_the_change(tmp_path):
    page = logged(tmp_path, 2.0)
    first = page.headlines[0]
    assert first.startswith("Alarm at window")
    assert "5% false alarms over 10 windows, from 20 reference windows" in first
    assert int(re.search(r"number (\d+) after the reference", first)[1]) > 4
    assert "Not watched, since it does not vary" in " ".join(page.cautions)
    for section in page.sections:
        footer = " ".join(section.figure._supxlabel.get_text().split())
        assert "one log of 30 windows, 20 of them reference; 5% false alarms" in footer


def test_a_log_that_stays_the_same_is_not_called_unchanged(tmp_path):
    page = logged(tmp_path, 0.0)
    assert page.headlines[0].startswith("No alarm in 10 windows")
    assert "does not show that nothing has changed" in page.headlines[0]


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory) -> Laboratory:
    return Laboratory.build(tmp_path_factory.mktemp("monitor"), alone=True)


def test_a_run_judges_its_alarms_and_another_price_breeds_nothing_anew(laboratory):
    few = {"rates": "1", "increment": "100", "repetitions": "2"}
    few |= {"false_alarms": "0.3", "calibration": "6"}
    out, _ = laboratory.run("monitor", **few)
    (run,) = finished(laboratory.stage_runs)
    assert "lost by alarm" in out
    members = laboratory.runs(kind=store.LINEAGE)
    assert len(finished(members)) == 2 + 2 + 6
    tables = Path(run.info.artifact_uri) / "tables"
    alarms = pd.read_csv(tables / "alarms.csv")
    assert set(alarms["rate"]) == {0.0, 1.0}
    assert alarms["replicate"].max() == 1
    out, _ = replace(laboratory, quick=True).run("monitor", **few, allowance="1")
    assert "10 results of an earlier command" in out
    assert len(laboratory.runs(kind=store.LINEAGE)) == 10


def test_signals_in_standard_deviations_are_not_bounded_as_shares_are():
    rows = lineages()
    watch = curves.watched(rows, JUDGED, 0.5)
    means = _means(curves.standardised(rows, watch))
    shares = means[means["metric"] == "positive_share"]
    assert (shares["mean"] < 0).any()
    assert (shares["high"] - shares["mean"] > 0.1).all()
