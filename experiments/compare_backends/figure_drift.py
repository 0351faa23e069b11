"""The loss in two parts: a drift of the class shares, and a loss of information."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.compare_backends.figures import LOST, metrics_of
from mc import statistics
from mc.report.canvas import FEWEST, GREY, OKABE_ITO, footer, legend, new_figure
from mc.types import Row

KEYS = ["backend", "regime", "initial_size", "final_size"]
ARGMAX, PRIOR = OKABE_ITO[1], OKABE_ITO[0]
MEANING = (
    "Bars: 95% intervals of the mean over 3 repetitions and more, paired with rate 0; dots: "
    "repetitions under argmax."
)


def drift_or_information(
    generations: pd.DataFrame, answers: pd.DataFrame, data: str = ""
) -> Figure:
    """Accuracy lost with and without the drift of class shares; AUC lost; share moved.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.
    answers : DataFrame
        Of `mc.statistics.comparison.drift_or_information`, made from them; with rows.
    data : str
        Name of the corpus, for the footer.
    """
    rate, metrics = answers["rate"].max(), metrics_of(generations)
    title = f"At rate {rate:g}: a loss of information, or a drift of the class shares?"
    figure, panels = new_figure(1, 3, title)
    figure.set_figheight(2.6 + 0.55 * len(answers))
    names = [_name(row, answers) for _, row in answers.iterrows()]
    for place, (_, row) in enumerate(answers.iterrows()):
        _arrow(panels[0], row, place)
        _dots(panels, generations, row, place)
        _point(panels[0], row, "loss", place + 0.12)
        _point(panels[0], row, "left", place - 0.12, prior=True)
        _point(panels[1], row, "auc_loss", place)
        _point(panels[2], row, metrics[2], place)
    for ax, metric in zip(panels, metrics, strict=True):
        ax.axvline(0, color="black", linewidth=1)
        ax.set_xlabel(LOST[metric])
        ax.set_ylim(len(names) - 0.5, -0.6)
        ax.set_yticks(range(len(names)), names if ax is panels[0] else [""] * len(names))
        ax.margins(x=0.12)
    panels[0].set_ylabel("backend")
    _legend(figure)
    footer(figure, generations, data, MEANING)
    return figure


def _name(row: Row, answers: pd.DataFrame) -> str:
    several = [name for name in ("regime", "initial_size") if answers[name].nunique() > 1]
    return "\n".join(str(row[name]) for name in ("backend", *several))


def _arrow(ax: Axes, row: Row, place: int) -> None:
    """From the loss under `argmax` to that under `prior`, with the share given back."""
    ax.annotate(
        "",
        (100 * row["left"], place),
        (100 * row["loss"], place),
        arrowprops={"arrowstyle": "->", "color": GREY, "shrinkA": 0, "shrinkB": 0},
    )
    if row["share"] == row["share"]:
        ax.annotate(
            f"{100 * row['share']:.0f}% given back",
            (0.99, place - 0.3),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="center",
            fontsize=8,
            color=GREY,
        )


def _point(ax: Axes, row: Row, name: str, place: float, *, prior: bool = False) -> None:
    colour, marker = (PRIOR, "s") if prior else (ARGMAX, "o")
    middle, low, high = (100 * row[f"{name}{end}"] for end in ("", "_low", "_high"))
    if row["n"] >= FEWEST:
        ax.plot([low, high], [place, place], color=colour, linewidth=1.6, solid_capstyle="butt")
    ax.plot(middle, place, marker, color=colour, markersize=6.5)


def _dots(panels: Sequence[Axes], generations: pd.DataFrame, row: Row, place: int) -> None:
    """The repetitions under `argmax`, which may drift either way."""
    for ax, metric, sign in zip(panels, metrics_of(generations), (1, 1, -1), strict=True):
        pairs = statistics.paired_differences(generations, metric)
        keys = {"labelling": "argmax", "rate": row["rate"]} | dict(row[KEYS])
        pairs = pairs[(pairs[list(keys)] == pd.Series(keys)).all(axis=1)]
        heights = [place + (0.3 if ax is panels[0] else 0.18)] * len(pairs)
        ax.plot(sign * 100 * pairs["loss"], heights, ".", color=ARGMAX, alpha=0.5, markersize=5)


def _legend(figure: Figure) -> None:
    handles = [
        Line2D([], [], color=ARGMAX, marker="o", label="labelling argmax"),
        Line2D([], [], color=PRIOR, marker="s", label="labelling prior\n(class shares kept)"),
    ]
    legend(figure, handles)
