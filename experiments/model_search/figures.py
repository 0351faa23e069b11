"""A model search: scores by trial, the final comparison, and scores along each setting.

Drawn here because `optuna.visualization.matplotlib` goes through pyplot, changes the style of
all later figures, and shows neither the defaults nor the final comparison.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mc.report.canvas import GREY, OKABE_ITO, footnote, log_ticks, new_figure, new_grid
from mc.report.wording import is_number, points

BLUE, ORANGE, GREEN = OKABE_ITO[:3]


def search_history(trials: pd.DataFrame, judged: pd.DataFrame, data: str = "") -> Figure:
    """Cross-validated accuracy by trial; the best against the defaults on untouched reviews.

    Parameters
    ----------
    trials, judged : DataFrame
        Of one search, see `experiments.model_search.summary`.
    data : str
        Name of the corpus, for the footer.
    """
    figure, (history, gains) = new_figure(1, 2, "Search for settings")
    figure.set_size_inches(10.5, 4.4)
    _draw_history(history, trials)
    _draw_gain(gains, judged)
    one = judged.iloc[0]
    text = (
        f"Left: means over folds. Right: {one.refits} refits, {one.reviews:,} untouched reviews; "
        "bar: 95% pigeonhole-bootstrap interval over both."
    )
    footnote(figure, data, _made_of(trials), text=text)
    return figure


def search_slices(
    trials: pd.DataFrame, settings: Mapping[str, str], shares: Mapping[str, float], data: str = ""
) -> Figure:
    """Accuracy along each setting; ``settings`` maps columns to names."""
    figure, panels = new_grid(len(settings), 3, "Accuracy along each setting")
    for ax, (column, name) in zip(panels, settings.items(), strict=True):
        _draw_slice(ax, trials, column)
        share = f" ({100 * shares[name]:.0f}% of the variance)" if len(settings) > 1 else ""
        ax.set(xlabel=f"{name}{share}", ylabel="cross-validated accuracy")
    text = "Dots: trials, means over folds, later ones darker. Star: best. Square: defaults."
    footnote(figure, data, _made_of(trials), text=text)
    return figure


def _made_of(trials: pd.DataFrame) -> str:
    return f"backend: {trials['backend'].iloc[0]}; {len(trials)} trials"


def _draw_history(ax: Axes, trials: pd.DataFrame) -> None:
    ax.plot(trials["trial"], trials["accuracy"], ".", color=BLUE, label="trials")
    best = trials["accuracy"].cummax()
    ax.step(trials["trial"], best, where="post", color=ORANGE, label="best so far")
    start = trials.iloc[0]
    ax.plot(start["trial"], start["accuracy"], "s", color="black", label="defaults")
    low, high = trials["accuracy"].quantile(0.1), trials["accuracy"].max()
    low = min(low, start["accuracy"])
    room = max(high - low, 0.002)
    ax.set_ylim(low - 0.2 * room, high + 0.15 * room)
    hidden = int((trials["accuracy"] < low - 0.2 * room).sum())
    if hidden:
        ax.annotate(f"{hidden} trials below", (0.02, 0.02), xycoords="axes fraction", color=GREY)
    ax.set(xlabel="trial", ylabel="cross-validated accuracy")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(frameon=True, framealpha=0.85, edgecolor="none", fontsize=8.5, loc="lower right")


def _draw_gain(ax: Axes, judged: pd.DataFrame) -> None:
    ax.axvline(0, color="black", linewidth=1)
    ax.set_xlabel("accuracy beyond the defaults, untouched reviews (points)")
    ax.set_yticks([])
    if len(judged) == 1:
        ax.text(0.5, 0.6, "the defaults have the best score", ha="center", transform=ax.transAxes)
        return
    best = judged.iloc[-1]
    ax.plot([100 * best["gain_low"], 100 * best["gain_high"]], [0, 0], color=BLUE, linewidth=2)
    ax.plot(100 * best["gain_mean"], 0, "o", color=BLUE)
    ax.annotate(
        points(best["gain_mean"]),
        (100 * best["gain_mean"], 0),
        xytext=(0, 8),
        textcoords="offset points",
        ha="center",
    )
    ax.set_ylim(-1, 1)


def _draw_slice(ax: Axes, trials: pd.DataFrame, column: str) -> None:
    values = trials[column]
    numeric = is_number(values)
    kinds = sorted(values.astype(str).unique())
    places = values if numeric else values.astype(str).map(kinds.index)
    order = np.linspace(0.35, 1.0, len(trials))
    ax.scatter(places, trials["accuracy"], c=order, cmap="Blues", vmin=0, vmax=1, s=16)
    best = trials["is_best"].to_numpy()
    ax.plot(places.iloc[0], trials["accuracy"].iloc[0], "s", color="black")
    ax.plot(places[best], trials["accuracy"][best], "*", color=ORANGE, markersize=13)
    if not numeric:
        ax.set_xticks(range(len(kinds)), kinds)
        ax.set_xlim(-0.5, len(kinds) - 0.5)
    elif values.min() > 0 and values.max() > 10 * values.min():
        ax.set_xscale("log")
        log_ticks(ax.xaxis, values)
