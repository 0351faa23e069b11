from dataclasses import asdict
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from fake_generations import ELEVEN, frame, with_losses
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb

from mc import statistics
from mc.report import canvas
from mc.report.canvas import rate_colours, spread_choice
from mc.report.growth import (
    figure_curves,
    figure_dose,
    figure_losses,
    figure_published,
    figure_surface,
)
from mc.report.growth.figure_starts import accuracy_by_start
from mc.report.seed_study import claims
from mc.report.seed_study.figures import claim_board, growth_figure
from mc.report.seed_study.published import SOURCE, seed_curves, seed_study


def judged_loss(rows, data=""):
    return figure_losses.paired_loss(rows, statistics.verdicts(rows), 0.005, data)


FIGURES = [
    figure_curves.accuracy_curves,
    figure_curves.three_metrics,
    judged_loss,
]
FRAMES = {
    "eleven rates": frame(ELEVEN),
    "fifty rates": frame([i / 100 for i in range(50)], replicates=2),
    "one rate": frame((1.0,)),
    "rate 0": frame((0.0,)),
    "one replicate": frame(replicates=1),
    "collapse": frame(collapse=True),
    "one generation": pd.concat([frame((0.0,), steps=1, sizes=(n, n)) for n in (100, 9_000)]),
    "two backends": pd.concat([frame(), frame(backend="lightgbm")]),
    "no growth": frame(regime="replace").assign(train_size=1_000.0),
    "many sizes": pd.concat([frame((0.0, 1.0), sizes=(n, 80_000)) for n in (80, 3_200)]),
}


def words(figure):
    """All text that the figure shows."""
    return " ".join(text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text")))


def lines(ax, style="-"):
    return [line for line in ax.lines if line.get_linestyle() == style and len(line.get_xdata())]


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("draw", FIGURES)
def test_every_frame_can_be_drawn_and_says_what_it_shows(draw, name):
    if draw is judged_loss and statistics.verdicts(FRAMES[name]).empty:
        pytest.skip("a page without paired losses has no such figure")
    figure = draw(FRAMES[name], "reviews.parquet")
    figure.draw_without_rendering()
    shown = " ".join(words(figure).split())
    for word in ("reviews.parquet", "logistic", "repetition"):
        assert word in shown
    assert ("1 repetition: no interval" in shown) == (name == "one replicate")


@pytest.mark.parametrize("draw", FIGURES)
def test_same_figure_twice_is_the_same_bytes(tmp_path, draw):
    first = [path.read_bytes() for path in canvas.save(draw(frame()), tmp_path, "a")]
    again = [path.read_bytes() for path in canvas.save(draw(frame()), tmp_path, "a")]
    assert first == again


def test_rate_keeps_its_colour_and_rate_zero_is_black():
    colours = rate_colours(ELEVEN)
    assert colours[0.0] == "black"
    assert len(set(colours.values())) == 11
    ends = [
        {line.get_color() for line in lines(draw(frame(ELEVEN)).axes[0])} for draw in FIGURES[:2]
    ]
    assert ends[0] == ends[1] == set(colours.values())


def test_every_rate_is_read_on_a_white_page():
    """Contrast by the formula of the web's accessibility guidelines (WCAG 2)."""
    for colour in rate_colours(ELEVEN).values():
        channels = np.array(to_rgb(colour))
        linear = np.where(
            channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
        )
        assert 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05) > 2


def test_line_goes_through_the_means():
    rows = frame((0.0,))
    (line,) = lines(figure_curves.accuracy_curves(rows).axes[0])
    means = rows.groupby("train_size").accuracy.mean()
    assert line.get_xdata() == pytest.approx(means.index)
    assert line.get_ydata() == pytest.approx(means)


def published(rows, stage="collapse_rates"):
    study = seed_curves(stage, rows["rate"].unique())
    beside = statistics.against_published(rows, study)
    return figure_published.compared_curves(rows, beside, study, "reviews.parquet", "C=1")


def test_published_curve_is_dashed_beside_ours_and_its_source_named():
    figure = published(frame())
    assert len(figure.axes) == 2
    assert len(lines(figure.axes[0], "--")) == len(lines(figure.axes[0])) == 3
    shown = words(figure).replace("\n", " ")
    for word in (SOURCE, "random forest, 5 repetitions", "ours (5 repetitions)", "C=1"):
        assert word in shown


def test_published_starts_have_their_axis_and_a_lone_curve_one_panel():
    starts = pd.concat([frame((0.0, 1.0), sizes=(n, 80_000)) for n in (80, 202, 3_200)])
    figure = published(starts, "total_collapse")
    assert "start" in figure.axes[1].get_xlabel()
    human = frame((0.0,), sizes=(76, 100_000))
    assert len(published(human, "training_size").axes) == 1


def test_collapse_to_one_class_is_marked():
    marked = figure_curves.three_metrics(frame(collapse=True))
    assert "one class" in words(marked)
    crosses = [line for ax in marked.axes for line in ax.lines if line.get_marker() == "X"]
    assert sum(len(line.get_xdata()) for line in crosses) >= 2
    assert marked.axes[2].get_ylim()[1] > 1  # so a line at 1 is inside
    assert "one class" not in words(figure_curves.three_metrics(frame()))


@pytest.mark.parametrize("draw", FIGURES[:2])
def test_every_mean_is_inside_its_axes(draw):
    for ax in draw(frame(ELEVEN, collapse=True)).axes:
        low, high = ax.get_ylim()
        for line in lines(ax):
            values = pd.Series(line.get_ydata()).dropna()
            assert values.between(low, high).all()


def test_noise_is_not_blown_up():
    low, high = (
        figure_curves.accuracy_curves(frame((0.0,), effect=0, noise=1e-6)).axes[0].get_ylim()
    )
    assert high - low >= 0.02


def test_losses_are_in_percentage_points_and_zero_is_shown():
    ax = judged_loss(frame((0.0, 1.0), effect=0.03, noise=0)).axes[0]
    bars = ax.containers[0].lines[0]
    assert bars.get_ydata() == pytest.approx([3.2])
    assert ax.get_ylim()[0] <= 0 <= ax.get_ylim()[1]


def test_reference_is_the_published_study():
    study = seed_study()
    assert len(study) == 1566
    assert study["accuracy_mean"].between(0.45, 0.9).all()
    assert set(seed_curves("collapse_rates", [0.1, 0.15])["rate"]) == {0.1}
    assert seed_curves("regimes", [0.0]).empty


def test_verdicts_have_their_own_markers_and_the_margin_is_drawn():
    rows = with_losses({0.01: [0.0, 0.0001, 0.0], 0.1: [0.004, 0.008, 0.003], 0.5: [0.03] * 3})
    figure = judged_loss(rows)
    markers = {line.get_marker() for line in figure.axes[0].lines} & {"X", "o", "D"}
    assert markers == {"X", "o", "D"}
    assert "margin 0.5" in words(figure)
    for verdict in ("harmful", "negligible", "undecided"):
        assert verdict in words(figure)


def test_bars_of_losses_end_where_their_intervals_do():
    rows = with_losses({0.1: [0.004, 0.008, 0.003], 0.5: [0.03, 0.034, 0.031]})
    table = statistics.verdicts(rows)
    ends = [
        segment[:, 1]
        for bars in judged_loss(rows).axes[0].collections
        if isinstance(bars, LineCollection)
        for segment in bars.get_segments()
    ]
    expected = 100 * table.sort_values("rate")[["low", "high"]].to_numpy()
    assert np.array(sorted(map(tuple, ends))) == pytest.approx(expected)


def test_tolerance_shows_the_statistics_in_points():
    rows = frame(ELEVEN)
    doses, tolerable = statistics.dose_response(rows), statistics.tolerable_rates(rows)
    left, right = figure_dose.tolerance(rows, doses, tolerable, 0.005, "reviews.parquet").axes
    assert lines(left)[0].get_ydata() == pytest.approx(100 * doses["mean"])
    assert lines(right)[0].get_ydata() == pytest.approx(tolerable["rate"])
    assert right.get_ylim()[1] > 1


def test_surface_shows_what_is_known_and_what_is_not():
    surface = statistics.response_surface(frame(ELEVEN))
    figure = figure_surface.loss_surface(frame(ELEVEN), [surface], "reviews.parquet")
    left, right, *bars = figure.axes
    assert left.get_ylabel() == right.get_ylabel() == "collapse rate"
    assert "loss (points)" in bars[0].get_ylabel()
    assert "interval" in bars[1].get_ylabel()
    observed = [line for line in left.lines if line.get_marker() == "o"]
    assert sum(len(line.get_xdata()) for line in observed) == len(surface.observed)
    assert {"-", "--"} <= {line.get_linestyle() for line in left.lines}


CLAIMS = pd.DataFrame(
    {
        "name": ["a", "a", "b", "c"],
        "family": ["logistic, accumulate, argmax", "lightgbm, accumulate, argmax", "f, g, h", "f"],
        "verdict": ["supported", "undecided", "contradicted", "not tested"],
        "number": [0.1, 0.4, 0.6, float("nan")],
        "low": [0.0, 0.2, 0.55, float("nan")],
        "high": [0.2, 0.7, 0.65, float("nan")],
        "unit": ["points", "points", "accuracy", "points"],
        "repetitions": [5, 3, 4, 0],
        "data": ["reviews.parquet"] * 3 + [""],
    }
)


def test_board_has_a_panel_a_claim_and_leaves_out_what_was_not_tested():
    figure = claim_board(CLAIMS, 0.005)
    assert [ax.get_title("left") for ax in figure.axes] == ["a", "b"]
    assert [len(ax.get_yticks()) for ax in figure.axes] == [2, 1]
    assert "3 to 5 repetitions" in words(figure)
    assert "reviews.parquet" in words(figure)


def test_board_marks_the_verdicts_on_the_original_by_open_markers():
    own = pd.DataFrame([asdict(claim) for claim in claims.judge_original()])
    figure = claim_board(pd.concat([CLAIMS, own]), 0.005)
    ax = next(ax for ax in figure.axes if ax.get_title("left") == own["name"].iloc[0])
    (label,) = ax.get_yticklabels()
    assert "the original's own figures" in label.get_text()
    fills = {line.get_fillstyle() for line in ax.lines if line.get_marker() == "o"}
    assert fills == {"none"}


def test_growth_shows_all_families_with_the_original():
    rows = pd.concat(
        with_losses({1.0: [0.3, 0.31]}, sizes=sizes)
        for sizes in ((100, 250, 4_000), (250, 625, 10_000))
    )
    figure = growth_figure(claims.growth_table(rows), 40.0, "reviews.parquet")
    left, right = figure.axes
    assert left.get_xscale() == "log"
    text = words(figure)
    assert "logistic\naccumulate, argmax" in text
    assert "the original's\nown figures" in text
    assert "40-fold" in text
    assert "reviews.parquet" in text
    assert (
        len([line for line in left.lines if len(line.get_xdata()) > 1 and line.get_alpha()]) == 11
    )
    starts = [container.lines[0].get_xdata() for container in right.containers]
    assert sorted(map(len, starts)) == [2, 9]


def test_numbers_chosen_from_many_hold_both_ends():
    assert spread_choice(range(100), 5) == [0, 25, 50, 74, 99]
    assert spread_choice([3, 1, 2], 5) == [1, 2, 3]


def test_two_repetitions_are_dots_and_three_have_a_band():
    for replicates, banded in ((2, False), (3, True)):
        rows = frame(replicates=replicates)
        (ax,) = figure_curves.accuracy_curves(rows).axes
        dots = [line for line in ax.lines if line.get_marker() == "."]
        assert bool(ax.collections) == banded
        assert len(dots) == (0 if banded else 3)
        if not banded:
            assert sum(len(line.get_xdata()) for line in dots) == len(rows)
            low, high = ax.get_ylim()
            assert high - low == pytest.approx(1.06 * np.ptp(rows["accuracy"]))  # what is drawn


def test_a_title_never_runs_into_the_legend_beside_it(tmp_path):
    figure, (ax,) = canvas.new_figure(
        1, 1, "A title that is much too long for so small a figure " * 2
    )
    legend_of = [ax.plot([0, 1], label="a label that takes its room")[0]]
    canvas.legend(figure, legend_of)
    canvas.save(figure, tmp_path, "name")
    drawn = next(text for text in figure.texts if text.get_text() == figure.get_suptitle())
    assert drawn.get_window_extent().x1 < figure.legends[0].get_window_extent().x0
    assert "\n" in drawn.get_text()


def test_each_start_has_a_colour_and_its_name_at_its_end_apart_from_others():
    starts = (100, 400, 1_600)
    rows = pd.concat([frame((0.0, 1.0), sizes=(start, 9_000)) for start in starts])
    ax = accuracy_by_start(rows, "reviews.parquet").axes[0]
    names = {text.get_text(): text for text in ax.texts}
    assert set(names) == {"from 100", "from 400", "from 1,600"}
    assert len({tuple(text.get_color()) for text in names.values()}) == len(starts)
    heights = sorted(text.xy[1] for text in names.values())
    low, high = ax.get_ylim()
    assert min(b - a for a, b in pairwise(heights)) > 0.049 * (high - low)
