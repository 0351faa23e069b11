"""Laws of pages: what they tell agrees with what they show, whatever stages there are."""

import re
from functools import cache

import pandas as pd
import pytest
from fake_generations import ELEVEN, frame, with_losses

from mc import statistics
from mc.errors import DataError
from mc.report import outline
from mc.report.seed_study import page as claims_page
from mc.report.seed_study import published
from mc.report.stage_result import StageResult

LOSSES = {0.01: [0.0, 0.001, 0.0, 0.001], 0.1: [0.004, 0.008, 0.002, 0.006], 0.5: [0.03] * 4}
BACKENDS = ("logistic", "random_forest")
FAMILIES = pd.concat(
    [
        frame(backend=backend, labelling=labelling, effect=0.02 * (1 + place))
        for place, backend in enumerate(BACKENDS)
        for labelling in ("argmax", "prior")
    ]
)
FEW = frame((0.0, 1.0), replicates=2, steps=2)
REGIMES = pd.concat([frame(regime=name) for name in ("accumulate", "replace", "subsample")])


def build(rows, stage="low_rates", margin=0.005, **facts):
    facts = {"data": "reviews.parquet (9 reviews)", **facts}
    return outline.build(StageResult(stage, facts, {"generations": rows}, margin))


@cache
def eleven_rates():
    return build(frame(ELEVEN))


@cache
def compared_families():
    return build(FAMILIES, "compare_backends")


def names(page):
    return [section.name for section in page.sections]


def column(table, head):
    return [row[list(table.heads).index(head)] for row in table.rows]


def test_every_section_has_its_sentences_and_a_figure_of_its_own():
    for page in (eleven_rates(), compared_families()):
        assert len(set(names(page))) == len(page.sections)
        for section in page.sections:
            assert section.sentences
            assert section.hint
            footer = section.figure._supxlabel.get_text()
            assert "reviews.parquet" in footer
            assert "repetitions" in footer
            for ax in section.figure.axes:
                assert ax.get_ylabel() or ax.get_xlabel() or ax.get_label() == "<colorbar>"


def test_verdicts_of_the_table_are_those_of_the_statistics_at_the_margin():
    rows = with_losses(LOSSES)
    for margin in (0.005, 0.05):
        table = build(rows, margin=margin).tables[0]
        judged = statistics.verdicts(rows, margin=margin)
        assert column(table, "verdict") == ["–", *judged["verdict"]]
        assert f"margin of {100 * margin:g} points" in table.hint
    assert set(column(table, "verdict")) == {"–", "negligible"}


def test_numbers_in_headlines_stand_in_the_table():
    page = eleven_rates()
    said = re.search(r"falls by (\S+) points \[(\S+), (\S+)\]", page.headlines[0])
    assert f"{said[1]} [{said[2]}, {said[3]}]" in column(page.tables[0], "loss (points)")
    tolerable = page.frames["tolerable_rates"].iloc[-1]
    assert f"up to a rate of {tolerable['rate']:.3g}" in page.headlines[1]


def test_sections_are_left_out_where_there_is_nothing_to_show():
    assert names(build(frame((0.0,)))) == ["accuracy", "metrics"]
    one_rate = build(frame((0.0, 1.0)))
    assert "tolerance" not in names(one_rate)
    assert "surface" not in names(one_rate)
    assert "paired_loss" in names(one_rate)
    assert "surface" not in names(build(frame(ELEVEN, replicates=1)))
    assert "tolerance" not in names(build(frame((0.5, 1.0))))


def test_published_curves_stand_beside_ours_where_there_are_any():
    ours, beside = FEW, build(FEW, "collapse_rates")
    assert "published" in names(beside)
    assert "published" not in names(build(ours, "home_made"))
    assert "published" not in names(build(ours.assign(train_size=1_000.0), "collapse_rates"))
    forest = build(ours.assign(backend="random_forest"), "collapse_rates")
    titles = [section.title for section in (*forest.sections, *beside.sections)]
    assert "Replication of the original study" in titles
    assert "Comparison with the original study" in titles


def test_every_stage_of_the_reference_has_a_published_section():
    study = published.seed_study()
    for stage, points in study.groupby("stage"):
        start = int(points["initial_size"].min())
        rates = sorted({0.0, points["rate"].max()})
        rows = frame(rates, sizes=(start, int(points["size"].max())), steps=4)
        assert "published" in names(build(rows, stage)), stage


def test_backends_are_compared_pair_by_pair():
    page = compared_families()
    assert names(page) == ["drift_or_information", "losses", "curves", "costs"]
    assert page.more[0].title == "Which losses differ"
    contrasts = page.more[1]
    assert column(contrasts, "difference")[0] == "logistic − random_forest"
    found = page.frames["contrasts"].query("metric == 'accuracy'")
    assert len(contrasts.rows) == len(found)
    assert f"{100 * found['mean'].iloc[0]:.2f} [" in column(contrasts, "accuracy")[0]
    assert set(column(page.tables[0], "seconds")) == {"3.06"}


def test_regimes_of_one_backend_are_compared_too():
    page = build(REGIMES, "compare_backends")
    assert names(page) == ["losses", "curves", "costs"]
    assert column(page.tables[0], "family")[::3] == ["accumulate", "replace", "subsample"]
    assert "Of 3 families" in page.headlines[0]


def test_families_without_rate_zero_or_times_are_told_all_the_same():
    rows = FAMILIES[FAMILIES["rate"] > 0].drop(columns="fit_seconds")
    page = build(rows, "compare_backends")
    assert names(page) == ["curves"]
    assert any("Rate 0 is not among" in caution for caution in page.cautions)
    assert "No loss can be paired" in page.headlines[0]


def test_page_of_several_stages_begins_with_the_claims_and_keeps_the_order():
    stages = ["zeta", "fine_rates", "training_size", "low_rates"]
    stage_results = [StageResult(name, {}, {"generations": FEW}) for name in stages]
    told = [page.name for page in outline.page(stage_results)]
    assert told == ["claims", "training_size", "low_rates", "fine_rates", "zeta"]
    assert [page.name for page in outline.page(stage_results[:1])] == ["zeta"]


def test_claims_are_judged_on_the_stages_that_are_there_at_the_margin():
    rates = (0.0, 0.01, 0.03)
    fine = StageResult("fine_rates", {"data": "x (9)"}, {"generations": frame(rates)}, margin=0.002)
    other = StageResult("model_search", {}, {"trials": pd.DataFrame()}, margin=0.002)
    claims = claims_page.page([fine, other])
    (table,) = claims.tables
    assert len(table.rows) == len(claims.frames["claims"]) == 4
    assert column(table, "verdict")[:2] == ["✓ supported", "✓ supported"]
    assert set(column(table, "verdict")[2:]) == {"– not tested"}
    assert column(table, "data")[0] == "x"
    assert claims.facts["margin"] == "0.2 percentage points of accuracy"
    strict = StageResult("fine_rates", {}, {"generations": frame(rates)}, margin=0.0001)
    judged = claims_page.page([strict]).tables[0]
    assert column(judged, "verdict")[0] == "✗ contradicted"


def test_claims_show_the_verdicts_on_the_original_beside_ours():
    rows = pd.concat(
        with_losses({1.0: [0.3, 0.31]}, sizes=sizes)
        for sizes in ((100, 250, 4_000), (250, 625, 10_000))
    )
    claims = claims_page.page([StageResult("total_collapse", {}, {"generations": rows})])
    own = column(claims.tables[0], "by the original's own figures")
    assert own == [
        f"{claims_page.SYMBOLS[word]} {word}"
        for word in claims.frames["claims_original"]["verdict"]
    ]
    assert "on its own published figures" in claims.headlines[1]
    assert names(claims) == ["claims", "growth"]
    (reasons,) = [table for table in claims.more if "the original's own figures" in table.title]
    assert column(reasons, "reasons") == claims.frames["claims_original"]["reading"].to_list()


def test_claims_without_any_lineage_have_no_figure():
    claims = claims_page.page([StageResult("model_search", {}, {})])
    assert not claims.sections
    assert set(column(claims.tables[0], "measured")) == {"–"}


def test_rows_in_any_order_give_the_same_tables():
    for page, stage, rows in (
        (eleven_rates(), "low_rates", frame(ELEVEN)),
        (compared_families(), "compare_backends", FAMILIES),
    ):
        shuffled = build(rows.sample(frac=1, random_state=0), stage)
        for one, other in zip(page.frames.values(), shuffled.frames.values(), strict=True):
            pd.testing.assert_frame_equal(one, other)


def test_frames_that_cannot_be_used_are_one_line():
    for stage in ("low_rates", "compare_backends"):
        with pytest.raises(DataError):
            build(frame().drop(columns="accuracy"), stage)


def test_a_folder_with_a_page_tells_of_its_stage_and_others_are_told_as_growth():
    backends = pd.concat([FEW, FEW.assign(backend="lightgbm")])
    alike = [names(build(backends, stage)) for stage in ("low_rates", "home_made", "not a name")]
    assert alike[0] == alike[1] == alike[2] != names(build(backends, "compare_backends"))
