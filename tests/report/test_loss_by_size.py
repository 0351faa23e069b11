"""Laws of the figure of losses along the growth."""

import pandas as pd
import pytest
from fake_generations import frame, with_losses

from mc import statistics
from mc.report.growth import figure_sizes, summary_losses

RATES = tuple(step / 10 for step in range(11))


def drawn(generations):
    losses = figure_sizes.losses_by_size(generations)
    return figure_sizes.loss_by_size(generations, losses, 0.005, "reviews")


def test_a_line_ends_at_the_loss_that_the_table_shows():
    generations = frame(RATES)
    losses = figure_sizes.losses_by_size(generations)
    last = losses[losses["train_size"] == losses["train_size"].max()].set_index("rate")
    table = statistics.summary(generations).set_index("rate")
    for rate in RATES[1:]:
        assert last.loc[rate, "mean"] == pytest.approx(100 * table.loc[rate, "loss"])
        assert last.loc[rate, "high"] == pytest.approx(100 * table.loc[rate, "loss_high"])


def test_growths_have_a_panel_each_on_one_scale_and_few_bands():
    small = frame(RATES, sizes=(1_000, 10_000), effect=0.06)
    figure = drawn(pd.concat([small, frame(RATES, effect=0.001)]))
    panels = figure.axes
    assert [ax.get_title() for ax in panels] == ["from 1,000 reviews", "from 50,000 reviews"]
    assert panels[0].get_ylim() == panels[1].get_ylim()
    for ax in panels:
        assert len([line for line in ax.lines if (line.get_gid() or "").startswith("series")]) == 10
        assert len(ax.collections) == 2  # bands
        assert "rate 1" in {text.get_text() for text in ax.texts}


@pytest.mark.parametrize("replicates", [1, 2])
def test_of_few_repetitions_there_is_no_band(replicates):
    figure = drawn(frame(replicates=replicates))
    assert not figure.axes[0].collections


def test_each_growth_has_a_sentence_with_its_verdict():
    small = with_losses({1.0: [0.04, 0.041, 0.042, 0.04, 0.041]})
    large = with_losses({1.0: [0.0, 0.0001, 0.0, 0.0001, 0.0]}, sizes=(50_000, 80_000))
    rows = pd.concat([small, large])
    first, second = summary_losses.size_findings(rows, statistics.verdicts(rows, margin=0.005))
    assert first.startswith("Grown from 1,000 to 10,000 reviews, rate 1 loses 4.08 [")
    assert first.endswith("harmful, over 5 repetitions.")
    assert "from 50,000 to 80,000" in second
    assert "negligible" in second
