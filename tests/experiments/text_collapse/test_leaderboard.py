"""Laws of the leaderboard of cures: effects that were put in are found, in their direction."""

import numpy as np
import pandas as pd
import pytest

from experiments.text_collapse import cures_page
from experiments.text_collapse.analysis import frames
from experiments.text_collapse.figure_cures import cure_forest
from experiments.text_collapse.leaderboard import HUMAN, MEASURES, leaderboard, uncured

EFFECTS = {"good": 0.03, "bad": -0.03, "idle": 0.0}  # on accuracy; on the others in proportion


def lineages(replicates=8, regimes=("replace", "accumulate"), seed=0):
    """Rate 0 without a cure, rate 0.5 with all; what replicates share is larger than effects."""
    rng, rows = np.random.default_rng(seed), []
    for regime in regimes:
        for replicate in range(replicates):
            common = rng.normal(0, 0.05)
            for rate, cure in [(0.0, "none"), *((0.5, cure) for cure in ("none", *EFFECTS))]:
                effect = 0.05 if rate == 0 else EFFECTS.get(cure, 0.0)
                for step in (0, 1, 2):
                    noise = rng.normal(0, 0.002, 3)
                    change = effect * (step == 2)
                    row = {"regime": regime, "rate": rate, "cure": cure, "generation": step}
                    values = {
                        "accuracy": 0.8 + common + change + noise[0],
                        "perplexity": 300 * np.exp(common - 2 * change + noise[1]),
                        "lost_mass": 0.05 + common / 10 - change / 2 + noise[2] / 10,
                        "train_size": 100.0,
                    }
                    effort = {"human_spent": 7.0 * (cure == "good"), "cure_seconds": 0.5}
                    treated = effort if cure != "none" else dict.fromkeys(effort, np.nan)
                    rows.append(row | values | treated | {"replicate": replicate})
    return pd.DataFrame(rows)


def test_effects_are_found_in_their_direction_for_each_measure():
    table = leaderboard(lineages()).set_index(["regime", "cure"])
    for regime in ("replace", "accumulate"):
        for name, sign in MEASURES.items():
            found = table.loc[regime][f"{name}_verdict"]
            assert found["good"] == "helps"
            assert found["bad"] == "harms"
            assert found["idle"] == found["none"] == found[HUMAN] == "undecided"
            assert np.sign(table.loc[(regime, "good"), name]) == sign
        assert table.loc[(regime, "good"), "human_spent"] == 7
        assert table.loc[(regime, "good"), "cure_seconds"] == 1.5
        assert table.loc[(regime, "none"), "human_spent"] == 0
    assert table.loc[("replace", "good"), "accuracy"] == pytest.approx(0.03, abs=0.003)


def test_differences_are_paired_so_that_what_replicates_share_cancels():
    table = leaderboard(lineages()).set_index(["regime", "cure"])
    row = table.loc[("replace", "good")]
    assert row["accuracy_high"] - row["accuracy_low"] < 0.02  # unpaired: 0.1


def test_intervals_exclude_no_difference_exactly_where_the_adjusted_test_rejects():
    for seed in range(6):
        rows = lineages(4, seed=seed)
        rows["accuracy"] += np.random.default_rng(seed).normal(0, 0.02, len(rows))
        table = leaderboard(rows)
        tested = table[table["accuracy_p"].notna()]
        excluded = (tested["accuracy_low"] > 0) | (tested["accuracy_high"] < 0)
        assert (excluded == (tested["accuracy_p"] <= 0.05)).all()
        assert len(tested) == 2 * len(EFFECTS)


def test_sentences_name_what_helps_and_harms_and_call_nothing_equal():
    table = leaderboard(lineages())
    said = " ".join(cures_page.findings(table))
    assert "Accuracy: better with good (replace " in said
    assert "worse with bad (replace" in said
    assert "undecided for idle (replace; accumulate)" in said
    assert "Holm-adjusted over the 6 cures of all regimes" in said
    assert "equal" not in said
    assert "good lowers the perplexity of human text most" in cures_page.headline(table)
    assert "7 human texts" in cures_page.headline(table)
    board = cures_page.board(table)
    by_cure = {row[1]: row for row in board.rows if row[0] == "replace"}
    assert by_cure["good"][-1] == "helps accuracy, perplexity and tail"
    assert by_cure["none"][-1] == by_cure[HUMAN][-1] == "–"
    assert by_cure["idle"][-1] == "undecided"


def test_the_figure_has_a_row_for_each_cure_of_each_regime():
    table = leaderboard(lineages())
    figure = cure_forest(table, "reviews.parquet")
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels.count("good (7)") == labels.count("idle") == labels.count(HUMAN) == 2
    assert labels.count("replace") == labels.count("accumulate") == 1
    assert "none" not in labels


def test_one_repetition_has_a_leaderboard_without_verdicts():
    table = leaderboard(lineages(1))
    assert set(table["accuracy_verdict"]) == {"undecided"}
    assert "One repetition has no intervals" in cures_page.findings(table)[0]
    cure_forest(table)


def test_without_cures_there_is_no_leaderboard_and_other_parts_see_no_cured_lineage():
    rows = lineages()
    plain = uncured(rows)
    assert set(plain["cure"]) == {"none"}
    assert "cures" not in frames(plain.assign(decoding="sample", temperature=1.0), 0.1)
    assert "cures" in frames(rows.assign(decoding="sample", temperature=1.0), 0.1)
