"""The rules on the original's own published figures, and the evidence that both are judged by."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from fake_generations import with_losses
from scipy.stats import t, ttest_ind_from_stats

from mc import statistics
from mc.report.seed_study import claims, published, rules
from mc.report.seed_study.evidence import Cell, Lineages, Published
from mc.report.seed_study.rules import Finding
from mc.statistics import Interval

RULES = {
    "3% is negligible": "three_per_cent",
    "any amount, even 1%, lowers performance": "any_amount",
    "the fall is the same whatever the start": "any_start",
    "total collapse goes to 0.5": "to_chance",
}
SIZES = (80, 202, 507, 1_274, 3_200)


def own(name: str) -> claims.Claim:
    (found,) = [claim for claim in claims.judge_original() if claim.name == name]
    return found


def study(stage: str) -> pd.DataFrame:
    rows = published.seed_study().query("stage == @stage")
    return rows.set_index(["initial_size", "size", "rate"])


@pytest.mark.parametrize(("name", "rule"), RULES.items())
def test_one_rule_judges_our_lineages_and_the_original(monkeypatch, name, rule):
    seen = []

    def sentinel(evidence, margin):
        seen.append(type(evidence))
        return Finding("undecided", Interval(0.1, 0.0, 0.2, 5), "By this very rule.")

    monkeypatch.setattr(rules, rule, sentinel)
    rows = with_losses({0.01: [0.1, 0.2], 0.03: [0.1, 0.2], 1.0: [0.1, 0.2]})
    ours = claims.judge({"fine_rates": rows, "total_collapse": rows}, {})
    for claim in (*ours, *claims.judge_original()):
        assert claim.reading.startswith("By this very rule.") == (claim.name == name)
    assert set(seen) == {Lineages, Published}


def test_every_claim_can_be_judged_by_the_original_and_names_its_source():
    found = claims.judge_original()
    assert [claim.name for claim in found] == list(RULES)
    assert [claim.stage for claim in found] == ["fine_rates"] * 2 + ["total_collapse"] * 2
    for claim in found:
        assert claim.verdict != "not tested"
        assert (claim.data, claim.family) == (claims.ORIGINAL, "random forest")
        assert claim.low <= claim.number <= claim.high
        assert "nan" not in claim.reading


def test_by_the_original_three_per_cent_is_negligible():
    claim = own("3% is negligible")
    rows = study("fine_rates")["accuracy_mean"]
    assert claim.verdict == "supported"
    assert claim.number == pytest.approx(100 * (rows[1_000, 10_000, 0] - rows[1_000, 10_000, 0.03]))
    assert claim.repetitions == 20
    (strict,) = [c for c in claims.judge_original(0.001) if c.name == claim.name]
    assert strict.verdict == "undecided"


def test_by_the_original_any_amount_lowers_performance():
    claim = own("any amount, even 1%, lowers performance")
    rows = study("fine_rates")["accuracy_mean"]
    assert claim.verdict == "supported"
    assert claim.number == pytest.approx(100 * (rows[1_000, 10_000, 0] - rows[1_000, 10_000, 0.01]))
    assert claim.low > 0
    assert "fall at 9 and shown not to fall at 0 of the 9 rates" in claim.reading


def test_by_the_original_the_fall_is_not_the_same_whatever_the_start():
    """A finding: at 2.5-fold growth 127,394 reviews fall by far more than the other starts do."""
    claim = own("the fall is the same whatever the start")
    rows = study("total_collapse")["accuracy_mean"]
    sizes = sorted({start for start, _, _ in rows.index})
    falls = {one: rows[other, other, 1.0] - rows[one, other, 1.0] for one, other in pairwise(sizes)}
    assert claim.verdict == "contradicted"
    assert claim.low > 100 * statistics.DEFAULT_MARGIN
    assert "from 127,394 reviews, grown 2.5-fold" in claim.reading
    others = [fall for start, fall in falls.items() if start != 127_394]
    assert claim.number == pytest.approx(100 * (falls[127_394] - np.mean(others)))


def test_by_the_original_total_collapse_goes_to_chance():
    """Its starts that have grown little end far above chance, which the claim does not deny."""
    claim = own("total collapse goes to 0.5")
    rows = study("total_collapse")
    ends = rows.loc[(slice(None), 320_000, 1.0), :]
    above = ends["accuracy_mean"] - 2 * ends["accuracy_sem"] > rules.NEAR_CHANCE
    assert above[127_394, 320_000, 1.0]
    assert claim.verdict == "supported"
    starts = [start for start, size, _ in rows.index if size == 320_000]
    grown = [
        start for start in starts if 320_000 / start > rules.growth_asked() / rules.SAME_GROWTH
    ]
    assert grown == starts[:6]
    assert claim.number == pytest.approx(ends["accuracy_mean"].iloc[:6].mean())
    assert "confirm nothing" in claim.reading


def test_the_growth_asked_for_is_where_the_original_comes_near_chance():
    steps = rules.accuracy_by_growth(Published.of("total_collapse"))
    assert [len(step.cells) for step in steps] == list(range(9, 0, -1))
    near = [step.factor for step in steps if step.accuracy.high < rules.NEAR_CHANCE]
    assert rules.growth_asked() in near
    for step in steps:
        assert (step.accuracy.high < rules.NEAR_CHANCE) == (step.factor >= rules.growth_asked())
    for step, size in zip(steps, range(1, 10), strict=True):  # 2.5-fold a step
        assert step.factor == pytest.approx(10 ** (0.4 * size), rel=0.01)
    nowhere = study("total_collapse").reset_index().assign(accuracy_mean=0.8)
    assert rules.near_chance_from(Published(nowhere)) == np.inf


def points(means: list[float], sem: list[float], n: int = 5) -> pd.DataFrame:
    """A published stage whose starts of 100 and 200 reviews double."""
    places = [(100, 100), (100, 200), (200, 200), (200, 400)]
    table = pd.DataFrame(places, columns=["initial_size", "size"])
    return table.assign(rate=1.0, accuracy_mean=means, accuracy_sem=sem, repetitions=n)


def test_published_differences_have_the_interval_of_welch():
    evidence = Published(points([0.7, 0.6, 0.8, 0.7], [0.01, 0.03, 0.02, 0.05]))
    pair = {Cell(100, 200, 1.0): 1.0, Cell(200, 400, 1.0): -1.0}
    root = np.sqrt(5)
    test = ttest_ind_from_stats(0.6, 0.03 * root, 5, 0.7, 0.05 * root, 5, equal_var=False)
    edge = evidence.contrast(pair, 1 - test.pvalue)
    assert edge.mean == pytest.approx(-0.1)
    assert edge.high == pytest.approx(0, abs=1e-9)


def test_a_published_mean_by_itself_has_the_interval_of_student():
    evidence = Published(points([0.7, 0.6, 0.8, 0.7], [0.01, 0.03, 0.02, 0.05]))
    alone = evidence.contrast({Cell(100, 200, 1.0): 1.0})
    assert alone.high - alone.mean == pytest.approx(0.03 * t.ppf(0.975, 4))
    assert alone.n == 5
    exact = Published(points([0.7, 0.6, 0.8, 0.7], [0.0] * 4)).contrast({Cell(100, 200, 1.0): 1.0})
    assert exact == (0.6, 0.6, 0.6, 5)


def test_human_labels_of_a_published_size_are_those_of_the_start_there():
    """The start of 200 is what 100 reviews and 100 human labels more would have given."""
    evidence = Published(points([0.7, 0.6, 0.8, 0.7], [0.01, 0.03, 0.02, 0.05]))
    fall = rules.fall(evidence, Cell(100, 200, 1.0))
    assert fall.mean == pytest.approx(0.8 - 0.6)
    same = {Cell(100, 200, 0.0): 1.0, Cell(200, 200, 1.0): -1.0}
    assert evidence.contrast(same)[:3] == (0, 0, 0)  # one published point, not two
    assert Cell(200, 400, 0.0) not in evidence.cells


def test_our_contrasts_are_paired_and_need_all_their_cells():
    shared = np.linspace(-0.1, 0.1, 5)
    rows = with_losses({1.0: list(shared + 0.2), 0.5: [*(shared + 0.1)[:-1], np.nan]})
    evidence = Lineages(rows)
    pair = {Cell(1_000, 10_000, 0.5): 1.0, Cell(1_000, 10_000, 1.0): -1.0}
    assert evidence.contrast(pair)[:3] == pytest.approx((0.1, 0.1, 0.1))
    assert evidence.contrast(pair).n == 4


@pytest.mark.parametrize(
    ("regime", "train_size"),
    [
        ("accumulate", lambda start, sizes: sizes),
        ("replace", lambda start, sizes: np.diff(sizes, prepend=0)),
        ("subsample", lambda start, sizes: np.full(len(sizes), start)),
    ],
)
def test_growth_is_that_of_all_reviews_whatever_a_regime_trains_on(regime, train_size):
    rows = [
        with_losses({1.0: [0.1, 0.2]}, sizes=SIZES[place:], regime=regime)
        for place in range(len(SIZES) - 1)
    ]
    for part in rows:
        sizes = part["train_size"].unique()
        known = dict(zip(sizes, train_size(sizes[0], sizes), strict=True))
        part["train_size"] = part["train_size"].map(known).astype(float)
    cells = Lineages(pd.concat(rows)).cells
    expected = {
        Cell(start, size, rate)
        for start in SIZES[:-1]
        for size in SIZES
        for rate in (0.0, 1.0)
        if size >= start
    }
    assert set(cells) == expected


def test_without_other_starts_a_sample_shows_its_first_and_last_size_alone():
    rows = with_losses({1.0: [0.1]}, regime="subsample").assign(train_size=1_000.0)
    assert {cell.size for cell in Lineages(rows).cells} == {1_000, 10_000}


def test_growth_table_holds_all_families_and_the_original():
    rows = pd.concat(
        with_losses({1.0: [0.3, 0.31]}, sizes=SIZES[place:]) for place in range(len(SIZES) - 1)
    )
    table = claims.growth_table(rows)
    ours = table[table["who"] == "logistic, accumulate, argmax"]
    assert set(table["who"]) == {claims.ORIGINAL, *ours["who"]}
    assert list(ours.groupby("growth").size()) == [4, 4, 3, 2, 1]  # alike growth is one number
    ends = ours[ours["size"] == SIZES[-1]]
    assert ends["fall"].to_list() == pytest.approx([0.305] * 4)
    assert ends["accuracy"].to_list() == pytest.approx([0.595] * 4)
    assert set(claims.growth_table(None)["who"]) == {claims.ORIGINAL}
    without = claims.growth_table(rows[rows["rate"] == 1])
    assert without.loc[without["who"] != claims.ORIGINAL, "fall"].isna().all()


@pytest.mark.slow
def test_starts_that_fall_alike_are_rarely_called_different_by_published_figures():
    """With the spread that the original published, and no difference between its starts."""
    rng, n = np.random.default_rng(0), 5
    points, found = study("total_collapse").reset_index(), []
    human = points["initial_size"] == points["size"]
    for _ in range(200):
        drawn = rng.normal(size=(n, len(points))) * points["accuracy_sem"].to_numpy() * np.sqrt(n)
        alike = points.assign(
            accuracy_mean=np.where(human, 0.84, 0.7) + drawn.mean(axis=0),
            accuracy_sem=drawn.std(axis=0, ddof=1) / np.sqrt(n),
        )
        found.append(rules.any_start(Published(alike), 0.005).verdict)
    assert found.count("contradicted") <= 10 + 3 * np.sqrt(10)
