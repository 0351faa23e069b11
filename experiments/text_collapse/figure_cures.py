"""A forest of what cures change: accuracy, perplexity and the tail, regime by regime."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from experiments.text_collapse.leaderboard import HUMAN
from mc.report.canvas import GREY, legend, new_figure, source_note
from mc.text.curing import NOTHING

LOOKS = {  # colour and marker of a verdict, told apart without colours too
    "helps": ("#009E73", "o"),
    "harms": ("#D55E00", "X"),
    "undecided": ("#777777", "D"),
}
ALL_HUMAN = ("black", "s")
LABELS = {
    "accuracy": "accuracy (points)\nright is better",
    "log_perplexity": "perplexity of human text\n(times that of none), left is better",
    "lost_mass": "human text that cannot be\nwritten (points), left is better",
}


def cure_forest(table: pd.DataFrame, about: str = "") -> Figure:
    """Differences from no cure of the same regime, a row for each regime and cure.

    Parameters
    ----------
    table : DataFrame
        Of `experiments.text_collapse.leaderboard.leaderboard`.
    about : str
        What the data are, for the footer.
    """
    rows = table[table["cure"] != NOTHING].reset_index(drop=True)
    is_first = (rows["regime"] != rows["regime"].shift()).to_numpy()
    heights = np.arange(len(rows)) + np.cumsum(is_first)  # a free line above each regime
    figure, panels = new_figure(1, len(LABELS), "What cures change, compared with none")
    figure.set_size_inches(11.5, 2.0 + 0.3 * (heights[-1] + 1))
    for ax, (name, label) in zip(panels, LABELS.items(), strict=True):
        _draw(ax, rows, heights, name)
        ax.set_xlabel(label)
        ax.set_ylim(heights[-1] + 0.6, -0.6)
        ax.set_yticks(heights, [])
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
    titles = heights[is_first] - 1
    names = [_named(row) for _, row in rows.iterrows()]
    panels[0].set_yticks([*heights, *titles], [*names, *rows["regime"][is_first]])
    for title in panels[0].get_yticklabels()[len(rows) :]:
        title.set_fontweight("bold")
    panels[0].tick_params(axis="y", length=0)
    shown = {name: look for name, look in LOOKS.items() if _has(rows, name)}
    if (rows["cure"] == HUMAN).any():
        shown[f"{HUMAN}: all new\ntexts are human"] = ALL_HUMAN
    handles = [
        Line2D([], [], color=colour, marker=marker, linestyle="none", label=label)
        for label, (colour, marker) in shown.items()
    ]
    legend(figure, handles)
    text = (
        f"Rate {table['rate'].max():g}, last generation, paired within repetitions. In brackets: "
        "human texts spent"
    )
    bars = "Bars: 95% intervals, adjusted over all cures (Holm); those of rate 0 are not"
    source_note(figure, rows["n"], about, text, bars)
    return figure


def _draw(ax: Axes, rows: pd.DataFrame, heights: "np.typing.NDArray[np.int64]", name: str) -> None:
    is_ratio = name.startswith("log_")
    values = rows[[name, f"{name}_low", f"{name}_high"]].to_numpy(float)
    values = np.exp(values) if is_ratio else 100 * values
    ax.axvline(1.0 if is_ratio else 0.0, color=GREY, linewidth=1)
    for place, (mean, low, high) in enumerate(values):
        is_human = rows["cure"].iloc[place] == HUMAN
        colour, marker = ALL_HUMAN if is_human else LOOKS[rows[f"{name}_verdict"].iloc[place]]
        ax.plot([low, high], [heights[place]] * 2, color=colour, linewidth=1.6)
        ax.plot(mean, heights[place], color=colour, marker=marker, linestyle="none")


def _has(rows: pd.DataFrame, verdict: str) -> bool:
    tested = rows[rows["cure"] != HUMAN]
    return any((tested[f"{name}_verdict"] == verdict).any() for name in LABELS)


def _named(row: pd.Series) -> str:
    spent = f" ({row['human_spent']:,.0f})" if row["human_spent"] > 0 else ""
    return f"{row['cure']}{spent}"
