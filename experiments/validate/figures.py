"""Laws and simulations by generation, a panel for each law."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mc.report.canvas import MARKERS, OKABE_ITO, footnote, generation_axis, new_grid

COLUMNS = 3


def law_figure(checks: pd.DataFrame, tolerance: float, chains: str) -> Figure:
    """Observed numbers with bars of the tolerance, and the numbers that the law expects.

    Parameters
    ----------
    checks : DataFrame
        Of `experiments.validate.experiment.judge`.
    tolerance : float
        Standard errors of a bar to either side.
    chains : str
        Their number, for the footer.
    """
    laws = list(checks["law"].unique())
    figure, panels = new_grid(len(laws), COLUMNS, "Laws and simulations")
    for ax, law in zip(panels, laws, strict=True):
        _draw(ax, checks[checks["law"] == law], tolerance)
        ax.set_title(law, fontsize=10.5)
    text = (
        f"Markers: simulated; bars: {tolerance:g} standard errors to either side (with a bound: of "
        "the distance to it). Black crosses: expected by the law; triangles: allowed at most. "
        "Generations are counted as in the sources."
    )
    footnote(figure, "simulated", f"{chains} chains, fewer for costly laws", text=text)
    return figure


def _draw(ax: Axes, checks: pd.DataFrame, tolerance: float) -> None:
    """One law: a colour each quantity and regime."""
    groups = checks.groupby(["quantity", "regime"], sort=False)
    for place, ((quantity, regime), rows) in enumerate(groups):
        colour, marker = OKABE_ITO[place % len(OKABE_ITO)], MARKERS[place % len(MARKERS)]
        seen = rows.drop_duplicates("generation")
        bars = tolerance * seen["standard_error"]
        ax.errorbar(
            seen["generation"], seen["observed"], bars,
            fmt=marker, color=colour, markersize=5, label=f"{quantity}, {regime}",
        )  # fmt: skip
        known, most = rows[~rows["is_bound"]], rows[rows["is_bound"]]
        ax.plot(known["generation"], known["expected"], "x", color="black", zorder=3)
        ax.plot(most["generation"], most["expected"], "-.v", color=colour, markersize=5, lw=1)
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, 0.0) if low < 0.4 * high else low, high + 0.35 * (high - low))
    ax.set_ylabel(" / ".join(dict.fromkeys(checks["quantity"])))
    generation_axis(ax)
    if checks["generation"].nunique() == 1:
        ax.set_xticks(checks["generation"].unique())
    ax.legend(frameon=False, fontsize=8, loc="upper left")
