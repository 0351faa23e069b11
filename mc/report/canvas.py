"""What all figures share: panels, axes, colours of rates, legend, footer, files.

Rates keep one colour in all figures: black for rate 0, then viridis in order. No pyplot, so that
figures can be drawn in any thread and need no display.
"""

import io
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter
from matplotlib.typing import ColorType
from PIL import Image
from scipy.optimize import isotonic_regression

from mc import statistics
from mc.statistics import CONDITION, FAMILY

Colours = Mapping[float, ColorType]

LABELS = {
    "accuracy": "held-out accuracy",
    "roc_auc": "area under the ROC curve",
    "positive_share": "share predicted positive",
    "largest_share": "share of the class predicted most",
    "train_size": "training set (reviews)",
    "generation": "generation",
}
# noise should look small
MIN_SPAN = {"accuracy": 0.02, "roc_auc": 0.01, "positive_share": 0.1, "largest_share": 0.1}
OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = "osD^vPX"
GREY = "#555555"
VERDICTS = {  # colour and marker; the markers alone suffice
    "harmful": ("#D55E00", "X"),
    "negligible": ("#009E73", "o"),
    "undecided": ("#777777", "D"),
}
FEWEST = 3  # repetitions that an interval is drawn of: of fewer it says next to nothing
MAX_CURVES = 6  # drawn with bands in one panel
MAX_RATES = 12  # that a legend shows
LOG_FROM = 20  # times between the smallest and the largest training set


class Drawn(Figure):
    """A figure that shows itself in a notebook, whether or not pyplot is there."""

    def _repr_png_(self) -> bytes:
        content = io.BytesIO()
        self.savefig(content, format="png", dpi=90)
        return content.getvalue()


def new_figure(n_rows: int, n_columns: int, title: str) -> tuple[Figure, list[Axes]]:
    """Figure with a title on top and its panels, row by row, on common axes of x."""
    size = (max(7.5, 1.7 + 3.6 * n_columns), 1.3 + 3.2 * n_rows)
    figure = Drawn(figsize=size, layout="constrained")
    figure.suptitle(title, x=0.01, ha="left", fontsize=13, fontweight="bold")
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel().tolist()
    for ax in panels:
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(color="#dddddd", linewidth=0.6)
        ax.set_axisbelow(True)
    return figure, panels


def new_grid(n: int, max_columns: int, title: str) -> tuple[Figure, list[Axes]]:
    """Figure of n panels, at most so many in a row."""
    columns = min(n, max_columns)
    figure, panels = new_figure(-(-n // columns), columns, title)
    for ax in panels[n:]:
        ax.remove()
    return figure, panels[:n]


def along(generations: pd.DataFrame) -> str:
    """The x axis of a course: training size, or the generation where some regime keeps the size."""
    return "train_size" if statistics.growing(generations) else "generation"


def rate_colours(rates: Iterable[float]) -> Colours:
    """One colour a rate: black without contamination, else viridis short of its pale end.

    That is too pale on a white page, and too dark on a dark one, which turns lightness over.
    """
    present = set(rates)
    human = {0.0: "black"} if 0 in present else {}
    return human | dict(shades(rate for rate in present if rate > 0))


def families(table: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame]]:
    for keys, rows in table.groupby(FAMILY, dropna=False):
        yield ", ".join(map(str, keys)), rows


def zoom(ax: Axes, table: pd.DataFrame) -> None:
    """Fit the y axis to means and bands within [0, 1], but never so close that noise looks big."""
    values = table[["mean", "low", "high"]].to_numpy()
    values = values[np.isfinite(values)]
    if not len(values):
        return
    low, high = max(values.min(), 0.0), min(values.max(), 1.0)
    smallest = MIN_SPAN[table["metric"].iloc[0]]
    middle, half = (low + high) / 2, max(high - low, smallest) / 2
    ax.set_ylim(max(middle - 1.06 * half, -0.02), min(middle + 1.06 * half, 1.02))


def repetitions_of_few(curves: pd.DataFrame, generations: pd.DataFrame) -> pd.DataFrame:
    """The repetitions themselves where a curve has too few of them for a band.

    Parameters
    ----------
    curves : DataFrame
        Of `mc.statistics.curve`.
    generations : DataFrame
        What they were made from.
    """
    keys = [*CONDITION, "rate", "generation"]
    few = curves[(curves["n"] < FEWEST) & (curves["n"] > 1)]
    return few[keys].merge(generations, on=keys)


def reach(curves: pd.DataFrame, generations: pd.DataFrame) -> pd.DataFrame:
    """The curves with the bounds of what is drawn: of too few repetitions those of their dots."""
    keys, metric = [*CONDITION, "rate", "generation"], curves["metric"].iloc[0]
    dots = generations.groupby(keys, dropna=False)[metric].agg(low="min", high="max").reset_index()
    drawn = curves[keys].merge(dots, on=keys, how="left")[["low", "high"]]
    few = (curves["n"] < FEWEST).to_numpy()
    return curves.assign(
        low=np.where(few, drawn["low"], curves["low"]),
        high=np.where(few, drawn["high"], curves["high"]),
    )


def label_axes(ax: Axes, x: str, metric: str, table: pd.DataFrame) -> None:
    ax.set_xlabel(LABELS[x])
    ax.set_ylabel(LABELS[metric])
    if x == "train_size":
        size_axis(ax, table[x])
    else:
        generation_axis(ax)


def generation_axis(ax: Axes) -> None:
    ax.set_xlabel(LABELS["generation"])
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def size_axis(ax: Axes, sizes: Iterable[float]) -> None:
    """Thousands with commas; logarithmic when sizes differ much."""
    smallest, largest = min(sizes), max(sizes)
    if largest >= LOG_FROM * smallest > 0:
        ax.set_xscale("log")
        log_ticks(ax.xaxis, [smallest, largest])
    else:
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def log_ticks(axis: Axis, values: Iterable[float]) -> None:
    """Labels of a logarithmic axis: powers of ten, and three times those if there are few."""
    span = np.array(list(values))
    decades = np.log10(span.max() / span.min())
    axis.set_major_locator(LogLocator(subs=(1.0, 3.0) if decades < 2 else (1.0,)))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_formatter(NullFormatter())


def draw_level(
    ax: Axes, value: float, words: str, linestyle: str = "--", *, end: str = "right"
) -> None:
    """A horizontal line with its label at the right or the left end."""
    ax.axhline(value, color=GREY, linewidth=1, linestyle=linestyle, zorder=1)
    ax.annotate(
        words,
        (0.99 if end == "right" else 0.01, value),
        xycoords=("axes fraction", "data"),
        xytext=(0, 3),
        textcoords="offset points",
        ha=end,
        fontsize=8,
        color=GREY,
        path_effects=[withStroke(linewidth=2.5, foreground="white")],  # readable upon curves
    )


def legend(figure: Figure, handles: Sequence[Artist], **style: Any) -> None:
    """The legend of a figure, to the right of its panels."""
    style = {"frameon": False, "fontsize": 9, "alignment": "left", **style}
    figure.legend(handles=handles, loc="outside right upper", **style)


def spread_choice(values: Iterable[float], most: int) -> list[float]:
    """At most so many of the sorted values, the ends among them, evenly spread by rank."""
    ordered = sorted(set(values))
    if len(ordered) <= most:
        return ordered
    places = np.linspace(0, len(ordered) - 1, most).round().astype(int)
    return [ordered[place] for place in places]


def shades(values: Iterable[float]) -> Colours:
    """Colours of numbers in order, for what is not a rate."""
    ordered = sorted(set(values))
    places = [0.4] if len(ordered) == 1 else np.linspace(0.05, 0.75, len(ordered))
    colours = mpl.colormaps["viridis"](places).tolist()
    return dict(zip(ordered, map(tuple, colours), strict=True))


def rate_legend(figure: Figure, colours: Colours, generations: pd.DataFrame) -> None:
    """Rates from top to bottom; of many the lowest, and every k-th counted from the highest."""
    rates = sorted(colours)
    step = -(-len(rates) // MAX_RATES)
    shown = sorted({rates[0], *rates[::-1][::step]})
    handles = [Line2D([], [], color=colours[r], linewidth=2.5, label=f"{r:g}") for r in shown]
    if not statistics.one_class(generations).empty:
        words = "a repetition\npredicts one class"
        handles.append(Line2D([], [], color="#D00000", marker="X", linestyle="none", label=words))
    title = "collapse rate" if step == 1 else f"collapse rate\n(1 in {step} shown)"
    legend(figure, handles, title=title)
    name_series(figure, colours)


def name_series(figure: Figure, colours: Colours) -> None:
    """Give lines, bands and legend entries the gids by which a page brings out or hides a series.

    A number has one colour in all panels, so its colour says what belongs to it.
    """
    names = {to_hex(colour): f"{value:g}" for value, colour in colours.items()}
    seen: Counter[str] = Counter()
    for ax in figure.axes:
        for artist in (*ax.lines, *ax.collections):
            name = names.get(_colour_of(artist))
            if name is not None and artist.get_gid() is None and len(names) > 1:
                artist.set_gid(f"series-{name}--{seen[name]}")
                seen[name] += 1
    for shown in figure.legends:
        for number, text in enumerate(shown.get_texts()):
            if text.get_text() in names.values():
                text.set_gid(f"label-{text.get_text()}--1")
                shown.get_lines()[number].set_gid(f"label-{text.get_text()}--2")


def _colour_of(artist: Artist) -> str:
    """Of a line or a band, without its transparency; empty where it has several or none."""
    if isinstance(artist, Line2D):
        return to_hex(artist.get_color())
    faces = artist.get_facecolor() if isinstance(artist, Collection) else ()
    return to_hex(faces[0]) if len(faces) == 1 else ""


def footer(
    figure: Figure, generations: pd.DataFrame, data: str, meaning: str, source: str = ""
) -> None:
    """Write below the panels what lineages the figure shows and what its bands or bars mean."""
    made_of = [f"{name}: {', '.join(sorted(generations[name].unique()))}" for name in FAMILY]
    repetitions = statistics.at_generation(generations).groupby([*CONDITION, "rate"], dropna=False)
    counts = repetitions.size()
    if counts.max() == 1:
        meaning = "1 repetition: no interval."
    elif meaning:
        made_of.append(count(counts))
    footnote(figure, data, *made_of, text=meaning + source)


def footnote(figure: Figure, data: str, *made_of: str, text: str) -> None:
    """Write below the panels the data, what else the figure was made of, and how to read it."""
    parts = [*([f"Data: {data}"] if data else []), *made_of]
    text = f"{'; '.join(parts)}. {text}" if parts else text
    caption(figure, text)


def caption(figure: Figure, text: str) -> None:
    """Small print below the panels, wrapped at the figure's width."""
    wrapped = textwrap.fill(text, width=int(13.5 * figure.get_figwidth()))
    figure.supxlabel(wrapped, x=0.01, ha="left", fontsize=8.5, color=GREY)


def source_note(
    figure: Figure, counts: "pd.Series[int]", data: str, text: str, intervals: str = ""
) -> None:
    """Say below the panels what a figure was made of.

    Parameters
    ----------
    counts : Series of int
        Repetitions of each value.
    data : str
        Name of the corpus; empty where it is not known.
    text, intervals : str
        How to read the figure; what its bands or bars mean, left out for one repetition.
    """
    made_of = f"Data: {data}; {count(counts)}" if data else count(counts)
    meaning = intervals if counts.max() > 1 else "No intervals" * bool(intervals)
    caption(figure, ". ".join(part.rstrip(".") for part in (made_of, text, meaning) if part) + ".")


def colour_legend(
    figure: Figure, colours: Colours, title: str, extra: Sequence[Line2D] = ()
) -> None:
    """Numbers with the colours of their lines, to the right of the panels."""
    handles = [
        Line2D([], [], color=colours[value], linewidth=2.5, label=f"{value:g}")
        for value in sorted(colours)
    ]
    legend(figure, [*handles, *extra], title=title)
    name_series(figure, colours)


def draw_band(
    ax: Axes, rows: pd.DataFrame, x: str, *, scale: float = 1, alpha: float = 0.15, **look: Any
) -> None:
    """A line of means with its intervals as a band: columns x, mean, low and high."""
    at = rows[x].to_numpy()
    mean, low, high = (scale * rows[name].to_numpy() for name in ("mean", "low", "high"))
    ax.plot(at, mean, **({"linewidth": 1.6} | look))
    step: Any = "post" if look.get("drawstyle") == "steps-post" else None
    ax.fill_between(at, low, high, color=look["color"], alpha=alpha, linewidth=0, step=step)


def draw_bars(ax: Axes, at: Any, mean: Any, low: Any, high: Any, **look: Any) -> None:
    """Means with their intervals as bars; without a bar where a bound is NaN."""
    sizes = np.clip([mean - low, high - mean], 0, None)
    ax.errorbar(at, mean, sizes, **({"capsize": 3} | look))


def label_ends(ax: Axes, at: float, ends: Mapping[str, tuple[float, ColorType]]) -> None:
    """Names at the right ends of lines, in their colours, moved apart where they would overlap.

    Parameters
    ----------
    ax : Axes
        With its final limits of y.
    at : float
        Where the lines end on the axis of x.
    ends : mapping of str to (float, colour)
        Name of a line to where it ends on the axis of y, and its colour.
    """
    low, high = ax.get_ylim()
    ordered = sorted(ends.items(), key=lambda item: item[1][0])
    steps = 0.05 * (high - low) * np.arange(len(ordered))
    free = isotonic_regression(np.array([end for _, (end, _) in ordered]) - steps).x + steps
    for (name, (_, colour)), place in zip(ordered, free, strict=True):
        ax.annotate(
            name,
            (at, place),
            xytext=(5, 0),
            textcoords="offset points",
            fontsize=8,
            color=colour,
            va="center",
            annotation_clip=False,
        )


def _wrap_title(figure: Figure) -> None:
    """Break a title that would run into the legend beside it."""
    title = figure.get_suptitle()
    if not title or not figure.legends:
        return
    (drawn,) = (text for text in figure.texts if text.get_text() == title)
    room = figure.bbox.width - figure.legends[0].get_window_extent().width - 0.3 * figure.dpi
    per_letter = drawn.get_window_extent().width / len(title)
    drawn.set_text(textwrap.fill(title, max(12, int(room / per_letter))))


def count(counts: pd.Series) -> str:
    low, high = int(counts.min()), int(counts.max())
    many = f"{low}" if low == high else f"{low} to {high}"
    return f"{many} repetition{'s' if high > 1 else ''}"


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write a figure as PNG (150 dpi, 256 colours) and SVG; the same figure gives the same bytes.

    Each canvas draws once, and the layout is made once: `Figure.savefig` would draw four times.
    """
    folder.mkdir(parents=True, exist_ok=True)
    png, svg = folder / f"{name}.png", folder / f"{name}.svg"
    figure.set_dpi(150)
    _wrap_title(figure)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])  # type: ignore[no-untyped-call]
    pixels.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(png)
    figure.set_layout_engine("none")  # as it now is
    with mpl.rc_context({"svg.hashsalt": name}):
        written = {"Date": None, "Creator": None}
        FigureCanvasSVG(figure).print_svg(svg, metadata=written)  # type: ignore[no-untyped-call]
    return [png, svg]
