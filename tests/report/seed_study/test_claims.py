import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest
from fake_generations import frame, with_losses

from mc.report.seed_study import claims, rules

NEGLIGIBLE, ANY_AMOUNT, ANY_START, TO_CHANCE = (
    "3% is negligible",
    "any amount, even 1%, lowers performance",
    "the fall is the same whatever the start",
    "total collapse goes to 0.5",
)
DATA = {"fine_rates": "reviews A", "low_rates": "reviews B", "total_collapse": "reviews C"}


def about(mean: float, by: float = 0.0005, n: int = 6) -> list[float]:
    """Losses with this very mean; their 95% interval reaches 0.8 ``by`` to both sides."""
    return list(mean + by * np.linspace(-1, 1, n))


def collapses(
    falls: Mapping[int, Sequence[float]], growth: Sequence[int] = (1, 8, 64), **names: str
) -> pd.DataFrame:
    """Lineages at rates 0 and 1 from several starts that grow alike, by their falls at the end."""
    return pd.concat(
        with_losses({1.0: fall}, sizes=[factor * start for factor in growth], **names)
        for start, fall in falls.items()
    )


def judged(name: str, margin: float = 0.005, **frames: pd.DataFrame) -> claims.Claim:
    (found,) = [claim for claim in claims.judge(frames, DATA, margin) if claim.name == name]
    return found


def test_without_stages_nothing_is_tested_and_each_claim_names_its_stage():
    found = claims.judge({}, {})
    assert [(claim.name, claim.stage) for claim in found] == [
        (NEGLIGIBLE, "fine_rates"),
        (ANY_AMOUNT, "fine_rates"),
        (ANY_START, "total_collapse"),
        (TO_CHANCE, "total_collapse"),
    ]
    for claim in found:
        assert claim.verdict == "not tested"
        assert (claim.repetitions, claim.family, claim.data) == (0, "", "")
        assert np.isnan([claim.number, claim.low, claim.high]).all()
        assert claim.reading == f"Not tested: run {claim.stage}."


@pytest.mark.parametrize(
    ("losses", "verdict", "words"),
    [
        (
            about(0.002),
            "supported",
            r"0\.20 points \[0\.16, 0\.27\].* below .* 0\.50, though above 0",
        ),
        (about(0.0), "supported", r"below the margin of 0\.50\."),
        (about(-0.02), "supported", "below"),
        (about(0.02), "contradicted", r"2\.00 points .* above the margin of 0\.50\."),
        (about(0.0, by=0.02), "undecided", "leaves open"),
        (about(0.005), "undecided", "leaves open"),
        ([0.005] * 3, "undecided", "leaves open"),
        ([0.02], "undecided", r"\(no interval\) over 1 repetition,"),
    ],
)
def test_three_per_cent_against_the_margin(losses, verdict, words):
    rates = {0.01: about(0.0), 0.03: losses, 0.1: about(0.3)}
    got = judged(NEGLIGIBLE, fine_rates=with_losses(rates))
    assert (got.verdict, got.repetitions, got.unit) == (verdict, len(losses), "points")
    assert got.number == pytest.approx(100 * np.mean(losses), abs=1e-9)
    assert re.search(words, got.reading)


def test_the_margin_decides_what_is_negligible():
    rows = with_losses({0.03: about(0.002)})
    assert judged(NEGLIGIBLE, 0.005, fine_rates=rows).verdict == "supported"
    strict = judged(NEGLIGIBLE, 0.001, fine_rates=rows)
    assert strict.verdict == "contradicted"
    assert "margin of 0.10 points" in strict.asks


def test_low_rates_speak_where_fine_rates_do_not():
    fine, low = with_losses({0.03: about(0.0)}), with_losses({0.03: about(0.3)})
    assert judged(NEGLIGIBLE, low_rates=low).data == "reviews B"
    assert judged(NEGLIGIBLE, fine_rates=fine, low_rates=low).data == "reviews A"
    without = with_losses({0.01: about(0.0)})
    assert judged(NEGLIGIBLE, fine_rates=without, low_rates=low).stage == "low_rates"
    neither = judged(NEGLIGIBLE, fine_rates=without)
    assert neither.verdict == "not tested"
    assert neither.reading.endswith("run fine_rates with rates=0,0.03.")


LOWERED, SPARED, OPEN = about(0.002), about(-0.002), about(0.0003)


@pytest.mark.parametrize(
    ("losses", "verdict", "words"),
    [
        (
            {0.01: LOWERED, 0.1: LOWERED},
            "supported",
            "fall at 2 and shown not to fall at 0 of the 2",
        ),
        ({0.01: OPEN, 0.1: LOWERED}, "undecided", r"may be up to 0\.10 points"),
        ({0.01: LOWERED, 0.1: OPEN}, "undecided", r"may be up to 0\.10 points"),
        ({0.01: about(0.0, by=0.02), 0.1: LOWERED}, "undecided", r"may be up to 2\.\d+ points"),
        ({0.01: SPARED, 0.1: LOWERED}, "contradicted", r"At rate 0\.01 the loss .* -0\.20 points"),
        ({0.01: LOWERED, 0.1: SPARED}, "contradicted", r"At rate 0\.1 the loss .* -0\.20 points"),
        ({0.01: [0.0] * 5, 0.1: LOWERED}, "contradicted", r"0\.00 points \[0\.00, 0\.00\]"),
        ({0.01: [0.02], 0.1: [0.02]}, "undecided", r"no interval"),
        ({0.02: LOWERED}, "not tested", "run fine_rates with rates=0,0.01"),
    ],
)
def test_any_amount_asks_every_rate(losses, verdict, words):
    got = judged(ANY_AMOUNT, fine_rates=with_losses(losses))
    assert got.verdict == verdict
    assert re.search(words, got.reading)


def test_what_lowers_may_still_be_negligible_and_is_said_to_be():
    got = judged(ANY_AMOUNT, fine_rates=with_losses({0.01: LOWERED}))
    assert got.verdict == "supported"
    assert "At 0.01 the loss is below the margin of 0.50 points." in got.reading
    much = judged(ANY_AMOUNT, fine_rates=with_losses({0.01: about(0.02)}))
    assert "below the margin" not in much.reading


def test_one_spared_rate_among_many_must_be_spared_clearly():
    barely = about(-0.0006, by=0.0004)
    alone = judged(ANY_AMOUNT, fine_rates=with_losses({0.01: barely}))
    among = {0.01: barely} | {rate / 100: LOWERED for rate in range(2, 11)}
    assert (alone.verdict, alone.high < 0) == ("contradicted", True)
    assert judged(ANY_AMOUNT, fine_rates=with_losses(among)).verdict == "undecided"


@pytest.mark.slow
def test_an_effect_that_is_not_there_is_rarely_called_proven_or_disproven():
    rng, rates = np.random.default_rng(0), (0.01, 0.02)
    studies = [
        with_losses({rate: list(rng.normal(0, 0.002, 5)) for rate in rates}, backend=f"{study}")
        for study in range(60)
    ]
    found = [claim.verdict for claim in claims.judge({"fine_rates": pd.concat(studies)}, {})]
    assert found.count("supported") <= 1.5 + 3 * np.sqrt(1.5)
    assert found.count("contradicted") <= 1.5 + 3 * np.sqrt(1.5)


SHARED = np.linspace(-0.05, 0.05, 6)  # what the starts of a replicate have in common


@pytest.mark.parametrize(
    ("falls", "verdict", "words"),
    [
        (
            {100: SHARED, 500: SHARED, 5_000: SHARED + 0.002},
            "supported",
            r"0\.50: 6 of 6, at 2 factors of growth\.",
        ),
        (
            {100: SHARED + 0.2, 500: SHARED, 5_000: SHARED},
            "contradicted",
            r"20\.00 points \[20\.00",
        ),
        ({100: SHARED, 5_000: SHARED + 0.2}, "contradicted", r"-20\.00 points"),
        ({100: SHARED, 500: SHARED + 0.2, 5_000: SHARED}, "contradicted", "from 500 reviews"),
        ({100: about(0.2, by=0.1), 5_000: about(0.2)}, "undecided", r"0\.50: 0 of 2,"),
        ({100: [0.2], 5_000: [0.1]}, "undecided", r"10\.00 points \(no interval\)"),
        ({100: SHARED}, "not tested", "two starts"),
        ({100: SHARED, 5_000: SHARED * np.nan}, "not tested", "two starts"),
    ],
)
def test_falls_from_several_starts(falls, verdict, words):
    got = judged(ANY_START, total_collapse=collapses(falls))
    assert got.verdict == verdict
    assert re.search(words, got.reading)


def test_falls_are_compared_within_replicates():
    got = judged(ANY_START, total_collapse=collapses({100: SHARED + 0.001, 5_000: SHARED}))
    assert (got.number, got.low, got.high) == pytest.approx((0.1, 0.1, 0.1))


def test_falls_are_compared_at_the_same_growth_and_not_at_the_same_size():
    """Each start falls by 10 points with every doubling: at 8,000 reviews the falls differ."""
    sizes = [1_000, 2_000, 4_000, 8_000]
    alike = pd.concat(
        with_losses({1.0: about(0.1 * steps)}, sizes=sizes[-steps - 1 :]) for steps in (1, 2, 3)
    )
    assert judged(ANY_START, total_collapse=alike).verdict == "supported"
    at_one_size = alike[alike["train_size"].isin([1_000, 8_000]) | (alike["generation"] == 0)]
    other = judged(ANY_START, total_collapse=at_one_size)
    assert (other.verdict, "by the same factor" in other.reading) == ("not tested", True)


def test_a_start_among_many_must_stand_out_clearly():
    barely, none = about(0.0062, by=0.001), [0.0] * 6
    alone = {100: barely, 200: none}
    among = {100: barely} | dict.fromkeys(range(200, 1_100, 100), none)
    verdicts = [
        judged(ANY_START, total_collapse=collapses(falls, (1, 64))).verdict
        for falls in (alone, among)
    ]
    assert verdicts == ["contradicted", "undecided"]


@pytest.mark.slow
def test_starts_that_differ_by_the_margin_at_most_are_rarely_called_different():
    rng, margin = np.random.default_rng(0), 0.005
    studies = [
        collapses(
            {start: list(rng.normal(fall, 0.002, 5)) for start, fall in ((1, 0.2), (2, 0.205))},
            (1, 64),
            backend=f"{study}",
        )
        for study in range(100)
    ]
    found = [
        claim.verdict
        for claim in claims.judge({"total_collapse": pd.concat(studies)}, {}, margin)
        if claim.name == ANY_START
    ]
    assert found.count("contradicted") <= 2.5 + 3 * np.sqrt(2.5)
    assert found.count("supported") <= 2.5 + 3 * np.sqrt(2.5)


@pytest.mark.parametrize(
    ("falls", "verdict", "words"),
    [
        (
            {100: about(0.39), 5_000: about(0.38)},
            "supported",
            r"accuracy goes from 0\.900 to 0\.515 \[.*over 2 starts, each at its largest growth",
        ),
        ({100: about(0.39), 5_000: about(0.05)}, "contradicted", r"to 0\.680 \[.*More growth"),
        ({100: about(0.39), 5_000: about(0.31)}, "undecided", r"to 0\.550 \["),
        ({100: [0.1], 5_000: [0.1]}, "undecided", r"\(no interval\) over 1 repetition"),
    ],
)
def test_total_collapse_against_chance(falls, verdict, words):
    got = judged(TO_CHANCE, total_collapse=collapses(falls))
    assert (got.verdict, got.unit) == (verdict, "accuracy")
    assert re.search(words, got.reading)
    assert got.number == pytest.approx(0.9 - np.mean(list(map(np.mean, falls.values()))))
    assert got.low <= got.number <= got.high or np.isnan(got.low)


def test_a_start_that_has_grown_little_is_not_asked_to_be_at_chance():
    far, near = collapses({100: about(0.39)}), collapses({5_000: about(0.1)}, (1, 2))
    got = judged(TO_CHANCE, total_collapse=pd.concat([far, near]))
    assert got.verdict == "supported"
    assert "from 100 reviews" in got.reading
    assert "5,000" not in got.reading.split("This holds")[0]


def test_a_small_start_that_is_soon_at_chance_does_not_speak_for_the_others():
    """It alone reaches the largest growth, and its classifier was poor before it grew."""
    small = with_losses({1.0: about(0.09)}, sizes=(80, 8_000, 50_000), base=0.6)
    large = with_losses({1.0: about(0.01)}, sizes=(1_000, 8_000, 50_000))
    assert judged(TO_CHANCE, total_collapse=small).verdict == "supported"
    both = judged(TO_CHANCE, total_collapse=pd.concat([small, large]))
    assert both.verdict == "contradicted"
    assert "highest accuracy, from 1,000 reviews grown 50-fold, is 0.890" in both.reading
    assert "lowest, from 80 reviews grown 625-fold, is 0.510" in both.reading


def test_growth_that_brings_the_original_nowhere_near_chance_tests_nothing():
    asked = rules.growth_asked()
    for growth, tested in ((asked / 1.1, False), (asked / 1.02, True), (2 * asked, True)):
        rows = collapses({10_000: about(0.1)}, (1, growth))
        got = judged(TO_CHANCE, total_collapse=rows)
        assert (got.verdict == "contradicted") is tested
    short = judged(TO_CHANCE, total_collapse=collapses({100: about(0.39)}, (1, 8)))
    assert short.verdict == "not tested"
    assert "grows 8.0-fold at most, and the original's own accuracy is" in short.reading
    assert f"a last size of at least {np.ceil(asked):.0f} times the first" in short.reading


def test_collapse_is_read_with_ranking_and_class_shares():
    rows = collapses({100: about(0.38), 5_000: about(0.06)})
    got = judged(TO_CHANCE, total_collapse=rows)
    best, lowest = re.findall(r"ROC curve of ([\d.]+) and (\d+)% predicted positive", got.reading)
    assert (best, lowest) == (("0.890", "53"), ("0.570", "69"))
    gone = judged(TO_CHANCE, total_collapse=rows.assign(roc_auc=np.nan))
    assert "curve of undefined (one class) and" in gone.reading


def test_starts_without_growth_do_not_count():
    still = with_losses({1.0: about(0.0)}, sizes=(10_000,))
    grown = collapses({100: about(0.39)})
    assert judged(TO_CHANCE, total_collapse=pd.concat([grown, still])).verdict == "supported"
    assert judged(TO_CHANCE, total_collapse=still).verdict == "not tested"
    assert judged(ANY_START, total_collapse=still).verdict == "not tested"


def test_each_family_is_judged_by_itself():
    rows = pd.concat(
        [with_losses({0.03: about(0.0)}), with_losses({0.03: about(0.3)}, backend="random_forest")]
    )
    found = [c for c in claims.judge({"fine_rates": rows}, DATA) if c.name == NEGLIGIBLE]
    assert {claim.family: claim.verdict for claim in found} == {
        "logistic, accumulate, argmax": "supported",
        "random_forest, accumulate, argmax": "contradicted",
    }
    reaches = [claim.reading.split("This holds for ")[1] for claim in found]
    assert reaches[0].endswith("classifiers, such as the random forest of the original.")
    assert reaches[1].endswith("classifiers.")


def test_growths_of_one_family_are_told_apart():
    rows = pd.concat(
        [with_losses({0.03: about(0.0)}), with_losses({0.03: about(0.3)}, sizes=(2_000, 10_000))]
    )
    found = [c for c in claims.judge({"fine_rates": rows}, DATA) if c.name == NEGLIGIBLE]
    assert [claim.verdict for claim in found] == ["supported", "contradicted"]
    assert "initial size 1,000" in found[0].family
    assert "initial size 2,000" in found[1].family


def test_every_reading_says_what_it_does_not_reach():
    frames = {
        "fine_rates": with_losses({0.01: about(0.0), 0.03: about(0.0)}),
        "total_collapse": collapses({100: about(0.3), 5_000: about(0.1)}, (1, 10, 100)),
    }
    for claim in claims.judge(frames, DATA):
        assert f"This holds for {claim.data}, {claim.family}, growing from " in claim.reading
        assert "not for other corpora, sizes or classifiers" in claim.reading
        assert "nan" not in claim.reading


def test_frames_of_other_designs_are_judged_without_errors():
    odd = [frame(rates=(0.0,)), frame(rates=(0.5, 1.0)), frame(steps=1), frame(collapse=True)]
    for rows in odd:
        found = claims.judge({"fine_rates": rows, "total_collapse": rows}, {})
        assert {claim.name for claim in found} == {NEGLIGIBLE, ANY_AMOUNT, ANY_START, TO_CHANCE}
