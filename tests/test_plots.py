import pandas as pd
import pytest

from mc import plots, reference
from tests.fake_generations import ELEVEN, frame

FIGURES = [plots.accuracy_curves, plots.three_metrics, plots.paired_loss]
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
def test_every_frame_can_be_drawn_and_says_what_it_shows(tmp_path, draw, name):
    figure = draw(FRAMES[name], "reviews.parquet")
    plots.save(figure, tmp_path, "figure")
    shown = " ".join(words(figure).split())
    for word in ("reviews.parquet", "logistic", "repetition" if "no paired" not in shown else ""):
        assert word in shown
    assert ("1 repetition: no interval" in shown) == (name == "one replicate")


@pytest.mark.parametrize("draw", FIGURES)
def test_same_figure_twice_is_the_same_bytes(tmp_path, draw):
    first = [path.read_bytes() for path in plots.save(draw(frame()), tmp_path, "a")]
    again = [path.read_bytes() for path in plots.save(draw(frame()), tmp_path, "a")]
    assert first == again


def test_rate_keeps_its_colour_and_rate_zero_is_black():
    colours = plots._colours(ELEVEN)
    assert colours[0.0] == "black"
    assert len(set(colours.values())) == 11
    ends = [
        {line.get_color() for line in lines(draw(frame(ELEVEN)).axes[0])} for draw in FIGURES[:2]
    ]
    assert ends[0] == ends[1] == set(colours.values())


def test_line_goes_through_the_means():
    rows = frame((0.0,))
    (line,) = lines(plots.accuracy_curves(rows).axes[0])
    means = rows.groupby("train_size").accuracy.mean()
    assert line.get_xdata() == pytest.approx(means.index)
    assert line.get_ydata() == pytest.approx(means)


def test_published_curve_is_dashed_beside_ours_and_its_source_named():
    study = reference.seed_curves("collapse_rates", (0.0, 0.5, 1.0))
    figure = plots.accuracy_curves(frame(), study=study)
    assert len(figure.axes) == 2
    assert len(lines(figure.axes[1], "--")) == 3
    assert reference.SOURCE in words(figure).replace("\n", " ")


def test_published_curve_is_not_drawn_where_training_does_not_grow():
    study = reference.seed_curves("collapse_rates", (0.0, 0.5, 1.0))
    assert len(plots.accuracy_curves(FRAMES["no growth"], study=study).axes) == 1


def test_collapse_to_one_class_is_marked():
    marked = plots.three_metrics(frame(collapse=True))
    assert "one class" in words(marked)
    crosses = [line for ax in marked.axes for line in ax.lines if line.get_marker() == "X"]
    assert sum(len(line.get_xdata()) for line in crosses) >= 2
    assert marked.axes[2].get_ylim()[1] > 1  # so a line at 1 is inside
    assert "one class" not in words(plots.three_metrics(frame()))


@pytest.mark.parametrize("draw", FIGURES[:2])
def test_every_mean_is_inside_its_axes(draw):
    for ax in draw(frame(ELEVEN, collapse=True)).axes:
        low, high = ax.get_ylim()
        for line in lines(ax):
            values = pd.Series(line.get_ydata()).dropna()
            assert values.between(low, high).all()


def test_noise_is_not_blown_up():
    low, high = plots.accuracy_curves(frame((0.0,), effect=0, noise=1e-6)).axes[0].get_ylim()
    assert high - low >= 0.02


def test_losses_are_in_percentage_points_and_zero_is_shown():
    ax = plots.paired_loss(frame((0.0, 1.0), effect=0.03, noise=0)).axes[0]
    bars = ax.containers[0].lines[0]
    assert bars.get_ydata() == pytest.approx([3.2])
    assert ax.get_ylim()[0] <= 0 <= ax.get_ylim()[1]


def test_missing_rate_zero_is_said():
    assert "no paired loss" in words(plots.paired_loss(frame((0.5, 1.0))))


def test_reference_is_the_published_study():
    study = reference.seed_study()
    assert len(study) == 1566
    assert study["accuracy_mean"].between(0.45, 0.9).all()
    assert set(reference.seed_curves("collapse_rates", [0.1, 0.15])["rate"]) == {0.1}
    assert reference.seed_curves("regimes", [0.0]).empty
