"""An evolution: scores with the family tree, effects of selection, drift of the settings."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mc.report.canvas import (
    GREY,
    OKABE_ITO,
    footnote,
    generation_axis,
    log_ticks,
    new_figure,
    new_grid,
)
from mc.report.wording import is_number, points

BLUE, ORANGE, GREEN = OKABE_ITO[:3]
MIN_SPAN = 0.004  # of accuracies: noise should look small
SPREAD = 0.36  # of a generation's individuals to the left and right of its tick
QUESTIONS = {
    "winner over defaults on human labels": "winner over defaults\nwith human labels",
    "winner over collapsed defaults": "winner over defaults\nwith parents' labels",
    "collapse of the defaults": "parents' labels cost\nthe defaults",
    "collapse of the winner": "parents' labels cost\nthe winner",
    "flattery of our selection": "selection flattered\nthe winner",
    "flattery of selection on the test score": "choosing by the test score\nwould have flattered",
}


def selection_scores(individuals: pd.DataFrame, contrasts: pd.DataFrame, data: str = "") -> Figure:
    """Scores by generation with lines of descent on the left, differences on the right.

    Parameters
    ----------
    individuals, contrasts : DataFrame
        Of one evolution, see `experiments.evolution.summary`.
    data : str
        Name of the corpus, for the footer.
    """
    figure, (tree, effects) = new_figure(1, 2, "Selection against collapse")
    figure.set_size_inches(12, 5.4)
    placed = _placed(individuals)
    _draw_tree(tree, placed)
    _draw_winner(tree, individuals, placed)
    tree.set_ylabel("accuracy on held-out reviews")
    generation_axis(tree)
    tree.legend(frameon=True, framealpha=0.85, edgecolor="none", fontsize=8.5, loc="lower left")
    _draw_effects(effects, contrasts)
    one = contrasts.iloc[0]
    text = (
        f"Accuracies are means of {one.refits} refits. Bars: 95% pigeonhole-bootstrap intervals "
        f"over refits and held-out reviews ({one.reviews:,} untouched). One evolution: the bars do "
        "not cover other evolutions."
    )
    footnote(figure, data, _backend(individuals), text=text)
    return figure


def selection_drift(
    individuals: pd.DataFrame, settings: Mapping[str, str], data: str = ""
) -> Figure:
    """The settings of all individuals by generation; the winner marked.

    ``settings`` maps columns to names.
    """
    names = {"rate": "collapse rate", **settings}
    figure, panels = new_grid(len(names), 4, "How rate and settings drift under selection")
    placed = _placed(individuals)
    for ax, (name, title) in zip(panels, names.items(), strict=True):
        if is_number(placed[name]):
            _draw_numbers(ax, placed, name)
        else:
            _draw_shares(ax, placed, name)
        ax.set_title(title, fontsize=10.5)
        generation_axis(ax)
    text = (
        "One evolution. Dots: individuals; line: their median; star: the winner. Bars: shares of "
        "the values of a setting without an order."
    )
    footnote(figure, data, _backend(individuals), text=text)
    return figure


def _backend(individuals: pd.DataFrame) -> str:
    return f"backend: {individuals['backend'].iloc[0]}"


def _placed(individuals: pd.DataFrame) -> pd.DataFrame:
    """Individuals with their place along x: in order of birth within a generation."""
    bred = individuals[individuals["role"] == "bred"].copy()
    order = bred.groupby("generation").cumcount()
    size = bred.groupby("generation")["name"].transform("size")
    bred["x"] = bred["generation"] + SPREAD * (2 * (order + 0.5) / size - 1)
    return bred


def _draw_tree(ax: Axes, placed: pd.DataFrame) -> None:
    """Individuals as dots, children joined to parents; the winner's line of descent stands out."""
    bottom = _limit_to_the_best(ax, placed)
    spots = placed.set_index("name")[["x", "validation_accuracy"]]
    parents = placed["parent"].fillna("")
    for (_, child), parent in zip(placed.iterrows(), parents, strict=True):
        if parent and child["validation_accuracy"] > bottom:
            ends = spots.loc[[parent, child["name"]]]
            ax.plot(ends["x"], ends["validation_accuracy"], color="#cccccc", linewidth=0.5)
    ax.plot(
        spots["x"],
        spots["validation_accuracy"],
        ".",
        color=BLUE,
        markersize=4,
        alpha=0.6,
        label="individuals, on validation reviews",
    )


def _limit_to_the_best(ax: Axes, placed: pd.DataFrame) -> float:
    """Show the upper half of each generation at full size, and say how many lie below."""
    halves = placed.groupby("generation")["validation_accuracy"].median()
    high = placed[["validation_accuracy", "test_accuracy"]].to_numpy().max()
    room = max(high - halves.min(), MIN_SPAN)
    bottom = high - 1.9 * room  # the legend's place
    ax.set_ylim(bottom, high + 0.12 * room)
    below = int((placed["validation_accuracy"] < bottom).sum())
    if below:
        ax.set_title(f"{below} of {len(placed)} individuals lie below", fontsize=9, loc="right")
    return float(bottom)


def _draw_winner(ax: Axes, individuals: pd.DataFrame, placed: pd.DataFrame) -> None:
    """The best of each generation on untouched reviews, the winner's ancestors, the controls."""
    best = placed.loc[placed.groupby("generation")["validation_accuracy"].idxmax()]
    ax.plot(
        best["x"],
        best["test_accuracy"],
        "D",
        markerfacecolor="none",
        color=ORANGE,
        label="best of a generation, on untouched reviews",
    )
    winner = placed[placed["is_winner"]].iloc[0]
    line = [winner]
    while isinstance(line[0]["parent"], str) and line[0]["parent"]:
        line.insert(0, placed[placed["name"] == line[0]["parent"]].iloc[0])
    ax.plot(
        [one["x"] for one in line],
        [one["validation_accuracy"] for one in line],
        "-",
        color="black",
        linewidth=1.4,
        zorder=3,
    )
    ax.plot(
        winner["x"],
        winner["validation_accuracy"],
        "*",
        color="black",
        markersize=13,
        zorder=4,
        label="winner and its ancestors, on validation reviews",
    )
    _draw_controls(ax, individuals)


def _draw_controls(ax: Axes, individuals: pd.DataFrame) -> None:
    controls = individuals[individuals["role"] == "control"]
    kinds = {
        "defaults on human labels": ("s", GREEN, "default settings, human labels, untouched"),
        "defaults beside": ("v", GREY, "default settings, parents' labels, untouched"),
    }
    for start, (marker, colour, label) in kinds.items():
        rows = controls[controls["name"].str.startswith(start)].sort_values("generation")
        if len(rows):
            ax.plot(
                rows["generation"],
                rows["test_accuracy"],
                marker=marker,
                linestyle=":",
                color=colour,
                markersize=6,
                label=label,
            )


def _draw_effects(ax: Axes, contrasts: pd.DataFrame) -> None:
    answers = contrasts.set_index("question").loc[
        [question for question in QUESTIONS if question in set(contrasts["question"])]
    ]
    places = np.arange(len(answers))[::-1]
    mean, low, high = (100 * answers[name].to_numpy() for name in ("mean", "low", "high"))
    colours = [ORANGE if "flattery" in question else BLUE for question in answers.index]
    for place, value, start, end, colour in zip(places, mean, low, high, colours, strict=True):
        ax.plot([start, end], [place, place], color=colour, linewidth=2)
        ax.plot(value, place, "o", color=colour)
        ax.annotate(
            points(value / 100),
            (value, place),
            xytext=(0, 7),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
        )
    ax.axvline(0, color="black", linewidth=1)
    ax.set_yticks(places, [QUESTIONS[question] for question in answers.index])
    ax.set_ylim(-0.6, len(answers) - 0.4)
    ax.set_xlabel("accuracy (percentage points)")


def _draw_numbers(ax: Axes, placed: pd.DataFrame, name: str) -> None:
    ax.plot(placed["x"], placed[name], ".", color=BLUE, alpha=0.5, markersize=4)
    middle = placed.groupby("generation")[name].median()
    ax.plot(middle.index, middle, "-", color=ORANGE, linewidth=1.6)
    winner = placed[placed["is_winner"]]
    ax.plot(winner["x"], winner[name], "*", color="black", markersize=12)
    if placed[name].min() > 0 and placed[name].max() > 10 * placed[name].min():
        ax.set_yscale("log")
        log_ticks(ax.yaxis, placed[name])


def _draw_shares(ax: Axes, placed: pd.DataFrame, name: str) -> None:
    shares = pd.crosstab(placed["generation"], placed[name], normalize="index")
    base = np.zeros(len(shares))
    for number, value in enumerate(shares):
        colour = OKABE_ITO[number % len(OKABE_ITO)]
        ax.bar(shares.index, shares[value], 0.8, base, color=colour, label=str(value))
        base += shares[value].to_numpy()
    winner = placed[placed["is_winner"]].iloc[0]
    ax.set_ylim(0, 1.35)  # the legend's place
    ax.set_yticks(np.linspace(0, 1, 6))
    ax.set_ylabel(f"share (winner: {winner[name]})")
    ax.legend(frameon=False, fontsize=8, loc="upper center", ncols=3)
