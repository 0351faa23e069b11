"""Laws of sentences on backends and labellings beside each other."""

import pandas as pd
import pytest
from fake_generations import with_losses

from experiments.compare_backends import summary
from experiments.compare_backends.page import _matrix
from mc import statistics


def both_labellings(argmax, prior):
    ends = {"argmax": argmax, "prior": prior}
    return pd.concat([with_losses({1.0: lost}, labelling=name) for name, lost in ends.items()])


@pytest.mark.parametrize(
    ("prior", "words"),
    [
        ([0.01, 0.02, 0.01], "mostly a drift of the class shares"),
        ([0.09, 0.12, 0.10], "mostly a loss of information"),
        ([0.0, 0.12, 0.04], "not shown to be mostly drift or mostly information"),
    ],
)
def test_headline_answers_the_open_question(prior, words):
    rows = both_labellings([0.10, 0.12, 0.11], prior)
    answers = statistics.drift_or_information(rows)
    losses = statistics.paired_loss(rows).assign(name=lambda x: x["labelling"])
    first, last = summary.comparison_headlines(answers, losses)
    assert words in first
    assert "argmax loses most at rate 1, 11.00 [" in last
    (said,) = summary.drift_findings(answers)
    assert f"gives back {100 * answers['back'].iloc[0]:.2f} [" in said


def test_nothing_is_taken_apart_where_nothing_is_lost():
    rows = both_labellings([0.01, -0.01, 0.0], [0.0, 0.0, 0.0])
    answers = statistics.drift_or_information(rows)
    losses = statistics.paired_loss(rows).assign(name="x")
    assert "is not shown with logistic" in summary.comparison_headlines(answers, losses)[0]
    assert "% [" not in summary.drift_findings(answers)[0]


def test_contrasts_name_the_one_that_loses_more():
    rows = pd.concat(
        [with_losses({1.0: [0.03, 0.031]}, backend="b"), with_losses({1.0: [0.01] * 2})]
    )
    (said,) = summary.contrast_findings(statistics.contrasts(rows))
    assert "b loses 2.05 [" in said
    assert "points more than logistic at rate 1, over 2 repetitions" in said
    alike = pd.concat(
        [with_losses({1.0: [0.03, 0.01]}, backend="b"), with_losses({1.0: [0.02] * 2})]
    )
    (said,) = summary.contrast_findings(statistics.contrasts(alike))
    assert "no difference of their losses" in said


def test_of_many_pairs_their_number_and_the_largest_difference_are_said():
    losses = {"b": [0.05, 0.05], "c": [0.02, 0.02], "logistic": [0.01, 0.03]}
    rows = pd.concat(with_losses({1.0: lost}, backend=name) for name, lost in losses.items())
    contrasts = statistics.contrasts(rows)
    count, largest = summary.contrast_findings(contrasts)
    assert "At rate 1, 1 of 3 pairs of families lose differently" in count
    assert "b loses 3.00 [" in largest
    table = _matrix(contrasts)
    cells = {row[0]: row[1] for row in table.rows}
    assert sorted(cells.values()) == ["+3.00", "·", "·"]
    assert cells["b − c"] == "+3.00"
