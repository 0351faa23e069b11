"""Laws of the ranking of early signs: false alarms are as rare as stated, early measures lead."""

import numpy as np
import pandas as pd
import pytest

from experiments.text_collapse import figures, summary
from experiments.text_collapse.analysis import frames
from experiments.text_collapse.early_signs import first_alarms, ranking, repetitions_needed

STATED, LAST = 0.2, 6
MEASURES = ("accuracy", "perplexity", "jensen_shannon")
BEGINS = {"jensen_shannon": 2, "perplexity": 4}  # generations from which measures move at rate 1


def lineages(rng, replicates, shift=200.0):
    """Rate 0 and rate 1 of the same replicates; accuracy never moves."""
    rows = []
    for replicate in range(replicates):
        common = rng.normal(size=len(MEASURES))  # of human texts that both rates share
        for rate in (0.0, 1.0):
            for step in range(LAST + 1):
                values = common + rng.normal(size=len(MEASURES))
                moved = [shift * rate * (step >= BEGINS.get(name, 99)) for name in MEASURES]
                row = dict(zip(MEASURES, values + moved, strict=True))
                rows.append(row | {"rate": rate, "replicate": replicate, "generation": step})
    return pd.DataFrame(rows)


def test_alarms_are_false_as_rarely_as_stated():
    rng, n = np.random.default_rng(0), repetitions_needed(STATED)
    alarms = pd.concat(
        [first_alarms(lineages(rng, n, shift=0.0), MEASURES, STATED) for _ in range(60)]
    )
    fired = np.isfinite(alarms["alarm"])
    by_rate = fired.groupby(alarms["rate"]).mean()
    assert (by_rate < STATED + 0.04).all()  # three standard errors of correlated alarms
    assert (by_rate > STATED / 4).all()  # not by never sounding


def test_a_measure_that_moves_earlier_is_ranked_first_and_leads_accuracy():
    rows = lineages(np.random.default_rng(1), 12)
    table = ranking(first_alarms(rows, MEASURES, STATED), LAST)
    assert list(table["measure"]) == ["jensen_shannon", "perplexity", "accuracy"]
    found = table.set_index("measure")
    assert found.loc["jensen_shannon", "delay"] == BEGINS["jensen_shannon"]
    assert found.loc["perplexity", "delay"] == BEGINS["perplexity"]
    assert np.isinf(found.loc["accuracy", "delay"])
    assert found.loc["jensen_shannon", "lead"] > found.loc["perplexity", "lead"] > 0
    assert found.loc["accuracy", "lead"] == 0
    assert (found["share_low"] <= found["share"]).all()


def test_an_alarm_of_a_lineage_does_not_depend_on_its_own_rate_0():
    rows = lineages(np.random.default_rng(2), 12)
    other = rows.copy()
    is_own = (rows["replicate"] == 3) & (rows["rate"] == 0)
    other.loc[is_own, list(MEASURES)] += 100.0
    found = [
        first_alarms(each, MEASURES, STATED).query("rate == 1 and replicate == 3")["alarm"]
        for each in (rows, other)
    ]
    assert list(found[0]) == list(found[1])


@pytest.mark.parametrize("missing", [0, 1])
def test_signs_are_given_from_the_repetitions_on_that_the_stated_rate_needs(missing):
    n = repetitions_needed(STATED) - missing
    rows = lineages(np.random.default_rng(3), n).assign(regime="replace")
    assert ("early_signs" in frames(rows, STATED)) is (missing == 0)


def test_standard_measures_are_watched_where_they_are_taken():
    rows = lineages(np.random.default_rng(6), repetitions_needed(STATED)).assign(regime="replace")
    assert "mauve" not in set(frames(rows, STATED)["early_signs"]["measure"])
    signs = frames(rows.assign(mauve=-rows["jensen_shannon"]), STATED)["early_signs"]
    delays = signs.set_index("measure")["delay"]
    assert delays["mauve"] == delays["jensen_shannon"] == BEGINS["jensen_shannon"]


def test_sentences_and_figure_say_what_moves_first_and_how_often_alarms_are_false():
    rows = lineages(np.random.default_rng(4), 12).assign(regime="replace")
    signs = frames(rows, STATED)["early_signs"]
    told = " ".join(summary.early_findings(signs, "replace", LAST))
    assert "jensen shannon moves first: the alarm sounds in generation 2" in told
    assert "perplexity in generation 4" in told
    assert "accuracy in fewer than half of the lineages" in told
    assert "at most 20% of lineages" in told
    figure = figures.early_signs(signs, LAST)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["accuracy", "perplexity", "jensen shannon"]  # the first on top


def test_a_measure_that_does_not_vary_is_left_out():
    rows = lineages(np.random.default_rng(5), 12).assign(still=1.0)
    assert "still" not in set(first_alarms(rows, (*MEASURES, "still"), STATED)["measure"])
