"""Laws of figures of backends and labellings beside each other."""

import pandas as pd
import pytest
from fake_generations import frame

from experiments.compare_backends import figure_drift, figures
from mc import statistics


def words(figure):
    """All text that the figure shows."""
    return " ".join(text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text")))


FAMILIES = {
    "three backends, two labellings": [
        {"backend": backend, "labelling": labelling}
        for backend in ("logistic", "lightgbm", "random_forest")
        for labelling in ("argmax", "prior")
    ],
    "three regimes": [{"regime": regime} for regime in ("accumulate", "replace", "subsample")],
    "one family": [{}],
    "all at once": [
        {"backend": backend, "regime": regime, "labelling": labelling}
        for backend in ("logistic", "lightgbm")
        for regime in ("accumulate", "replace")
        for labelling in ("argmax", "prior")
    ],
}


def families(name, **rest):
    many = enumerate(FAMILIES[name])
    return pd.concat([frame(effect=0.01 * (n + 1), **rest, **family) for n, family in many])


def compared(rows):
    answers, costs = statistics.drift_or_information(rows), statistics.costs(rows)
    drawn = [
        figures.compared_losses(rows, 0.005, "reviews.parquet"),
        figures.compared_curves(rows, "reviews.parquet"),
        figures.costs(rows, costs, "reviews.parquet"),
    ]
    if len(answers):
        drawn.append(figure_drift.drift_or_information(rows, answers, "reviews.parquet"))
    return drawn


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("replicates", [1, 4])
def test_families_are_compared_with_labelled_axes_and_a_footer(name, replicates):
    for figure in compared(families(name, replicates=replicates)):
        figure.draw_without_rendering()
        shown = words(figure).replace("\n", " ")
        for word in ("reviews.parquet", "repetition"):
            assert word in shown
        for ax in figure.axes:
            assert ax.get_xlabel()
            assert ax.get_ylabel() or ax is not figure.axes[0]


def test_each_family_has_a_look_of_its_own():
    rows = families("all at once")
    ax = figures.compared_curves(rows).axes[0]
    looks = {(line.get_color(), line.get_linestyle()) for line in ax.lines}
    assert len(looks) == len(FAMILIES["all at once"])


def test_axis_is_logarithmic_only_where_losses_differ_much():
    near, far = (
        pd.concat([frame(effect=0.004), frame(effect=effect, backend="lightgbm")])
        for effect in (0.008, 0.2)
    )
    assert figures.compared_losses(near, 0.005).axes[0].get_xscale() == "linear"
    ax = figures.compared_losses(far, 0.005).axes[0]
    assert ax.get_xscale() == "symlog"
    assert "logarithmic" in ax.get_xlabel()


def test_families_are_sorted_by_loss_and_intervals_are_not_drawn_of_two_repetitions():
    few, more = (families("three regimes", replicates=n) for n in (2, 4))
    ax = figures.compared_losses(few, 0.005).axes[0]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["subsample", "replace", "accumulate"]
    bars = [sum(len(line.get_xdata()) == 2 and line.get_marker() == "None"
                for line in figures.compared_losses(table, 0.005).axes[0].lines)
            for table in (few, more)]  # fmt: skip
    assert bars[1] - bars[0] == len(names) * (more["rate"].nunique() - 1)


def lines_of(ax, marker):
    return [line for line in ax.lines if line.get_marker() == marker]


@pytest.mark.parametrize(("replicates", "banded"), [(2, False), (3, True)])
def test_two_repetitions_are_dots_without_an_interval_in_any_figure(replicates, banded):
    rows = families("three backends, two labellings", replicates=replicates)
    curves = figures.compared_curves(rows).axes
    assert all(bool(ax.collections) == banded for ax in curves)
    of_rate = rows[rows["rate"] == rows["rate"].max()]
    for ax in curves:
        drawn = sum(len(line.get_xdata()) for line in lines_of(ax, "."))
        assert drawn == (0 if banded else len(of_rate))
    (ax,) = figures.costs(rows, statistics.costs(rows)).axes
    assert bool(ax.containers) == banded
    answers = statistics.drift_or_information(rows)
    for ax in figure_drift.drift_or_information(rows, answers).axes:
        bars = [line for line in lines_of(ax, "None") if line.get_solid_capstyle() == "butt"]
        assert bool(bars) == banded
        assert len(lines_of(ax, ".")) == len(answers)
