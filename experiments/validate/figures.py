"""Laws beside simulations: a panel a law, by generation."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mc.report.canvas import GREY, MARKERS, OKABE_ITO, new_figure

COLUMNS = 3


def law_figure(checks: pd.DataFrame, tolerance: float, made_of: str) -> Figure:
    """Observed numbers with bars of the tolerance, and what the law expects.

    Parameters
    ----------
    checks : DataFrame
        Of `experiments.validate.experiment.judge`.
    tolerance : float
        Standard errors of a bar to either side.
    made_of : str
        Repetitions and seed, for the footer.
    """
    laws = list(checks["law"].unique())
    columns = min(COLUMNS, len(laws))
    figure, panels = new_figure(-(-len(laws) // columns), columns, "Laws beside simulations")
    for ax, law in zip(panels, laws, strict=False):
        _draw(ax, checks[checks["law"] == law], tolerance)
        ax.set_title(law, fontsize=10.5)
    for ax in panels[len(laws) :]:
        ax.remove()
    text = (
        f"{made_of} Markers: simulated, bars: {tolerance:g} standard errors to either side "
        "(beside a bound: of the distance to it). Black crosses: what a law expects; triangles: "
        "what it allows at most. Generations as the sources count."
    )
    wrapped = textwrap.fill(text, width=int(13.5 * figure.get_figwidth()))
    figure.supxlabel(wrapped, x=0.01, ha="left", fontsize=8.5, color=GREY)
    return figure


def _draw(ax: Axes, checks: pd.DataFrame, tolerance: float) -> None:
    """One law: a colour each quantity and regime."""
    groups = checks.groupby(["quantity", "regime"], sort=False)
    for place, ((quantity, regime), rows) in enumerate(groups):
        colour, marker = OKABE_ITO[place % len(OKABE_ITO)], MARKERS[place % len(MARKERS)]
        seen = rows.drop_duplicates("generation")
        bars = tolerance * seen["standard_error"]
        label = f"{quantity}, {regime}"
        at, values = seen["generation"], seen["observed"]
        ax.errorbar(at, values, bars, fmt=marker, color=colour, markersize=5, label=label)
        known, most = rows[~rows["is_bound"]], rows[rows["is_bound"]]
        ax.plot(known["generation"], known["expected"], "x", color="black", zorder=3)
        ax.plot(most["generation"], most["expected"], "-.v", color=colour, markersize=5, lw=1)
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, 0.0) if low < 0.4 * high else low, high + 0.35 * (high - low))
    ax.set(xlabel="generation", ylabel=" / ".join(dict.fromkeys(checks["quantity"])))
    if checks["generation"].nunique() == 1:
        ax.set_xticks(checks["generation"].unique())
    else:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(frameon=False, fontsize=8, loc="upper left")
