"""The page of `monitor` about a log of the user's: whether there is an alarm, when, and by what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.monitor import figures_of_log, watching
from experiments.monitor import summary_of_log as found
from experiments.monitor.lineage import of_slice
from experiments.monitor.settings import asked_signals
from experiments.monitor.signals import DESCRIPTIONS
from mc.report.page import Page, Section, Table
from mc.report.stage_result import StageResult
from mc.report.wording import number

DRAWN = ("confidence_shift", "confidence", "positive_share")  # of slices
HINTS = {
    "signals": "Accuracy, where some rows have labels, is drawn for comparison and not watched.",
    "charts": "A chart adds up deviations beyond the allowance, and falls back when they end.",
    "slices": "The average can hide a group. Slices without enough rows in every window are left "
    "out.",
    "table": "Usual: mean and standard deviation in the reference windows. Height: the highest "
    "point of the chart, in units of its own threshold; above 1 it raises an alarm by itself.",
}


@dataclass(frozen=True)
class _Tables:
    """The tables of the page.

    ``words`` names columns for the reader; ``places`` maps the columns of slices to their slice.
    """

    windows: pd.DataFrame
    references: int
    false_alarms: float
    watch: watching.LogWatch
    words: Mapping[str, str]
    places: Mapping[str, str]
    made_of: str

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a chart."""
        return watching.log_table(self.watch, self.windows, self.references)

    @property
    def alarm(self) -> float:
        """Place of the alarm among all windows."""
        return self.references + self.watch.alarm


def page(result: StageResult) -> Page:
    """Whether there is an alarm, when, and by which signal."""
    tables = _tables(result)
    table, words = tables.table, tables.words
    return Page(
        name=result.stage,
        title="a label-free alarm on a log",
        headlines=[
            found.log_headline(
                tables.watch, tables.windows, tables.references, tables.false_alarms, words
            ),
            *found.log_findings(tables.watch, table),
            *found.slice_log_findings(table, tables.places),
        ],
        tables=[_table(table, words)],
        sections=_sections(tables),
        frames={**result.frames, "charts": table.assign(signal=table["signal"].map(words))},
        facts={name: fact for name, fact in result.facts.items() if name != "repetitions"},
        cautions=found.log_cautions(tables.watch, tables.references, words),
        glossary={name: DESCRIPTIONS[name] for name in DESCRIPTIONS if name in tables.windows},
    )


def _tables(result: StageResult) -> _Tables:
    frames, asked = result.frames, result.frames["asked"].iloc[0]
    windows = frames["windows"].sort_values("place", ignore_index=True)
    references, false_alarms = int(asked["reference_windows"]), float(asked["false_alarms"])
    wanted = [name for name in asked_signals(asked) if name in windows]
    words = {name: name.replace("_", " ") for name in wanted}
    places: dict[str, str] = {}
    for place, name in enumerate(frames["slices"]["slice"]):
        for signal in wanted:
            column = of_slice(signal, place)
            if column in windows:
                places[column] = str(name)
                words[column] = f"{words[signal]} of {name}"
    made_of = (
        f"Data: {result.facts.get('data', '')}; one log of {len(windows)} windows, {references} "
        f"of them reference; {100 * false_alarms:.3g}% false alarms over the others"
    )
    watch = watching.watch_log(
        windows,
        list(words),
        references,
        false_alarms,
        allowance=float(asked["allowance"]),
        seed=int(asked["seed"]),
    )
    return _Tables(windows, references, false_alarms, watch, words, places, made_of)


def _sections(tables: _Tables) -> list[Section]:
    labels = {
        name: tables.words[name] for name in tables.watch.signals if name not in tables.places
    }
    if "accuracy" in tables.windows and tables.windows["accuracy"].notna().any():
        labels["accuracy"] = "accuracy (of labelled rows)"
    sections = [
        Section(
            "signals",
            "What the windows show",
            _accuracy(tables.windows, tables.references),
            figures_of_log.log_signals(
                tables.windows, labels, tables.references, tables.alarm, tables.made_of
            ),
            HINTS["signals"],
        ),
        Section(
            "charts",
            "The charts",
            [],
            figures_of_log.log_charts(
                tables.watch, tables.words, tables.references, tables.made_of
            ),
            HINTS["charts"],
        ),
    ]
    drawn = [name for name in tables.watch.signals if name in tables.places and _is_drawn(name)]
    return [*sections, _slices(tables, drawn)] if drawn else sections


def _is_drawn(column: str) -> bool:
    return column.partition("/")[0] in DRAWN


def _slices(tables: _Tables, drawn: Sequence[str]) -> Section:
    watch, table = tables.watch, tables.table
    z = pd.concat(
        pd.DataFrame(
            {
                "place": tables.windows["place"],
                "signal": name.partition("/")[0],
                "slice": tables.places[name],
                "value": watch.z[:, watch.signals.index(name)],
            }
        )
        for name in drawn
    )
    fired = table[table["signal"].isin(list(tables.places)) & table["alarm"].notna()]
    first = tables.places[fired.loc[fired["alarm"].idxmin(), "signal"]] if len(fired) else ""
    names = list(dict.fromkeys(tables.places.values()))
    figure = figures_of_log.log_slices(z, names, first, tables.references, tables.made_of)
    said = found.slice_log_findings(table, tables.places)
    return Section("slices", "Product slices", said, figure, HINTS["slices"])


def _accuracy(windows: pd.DataFrame, references: int) -> list[str]:
    """Accuracy on rows with labels, where there are some; no chart watches it."""
    if "accuracy" not in windows:
        return []
    first, rest = windows["accuracy"].iloc[:references], windows["accuracy"].iloc[references:]
    if first.notna().sum() == 0 or rest.notna().sum() == 0:
        return []
    return [
        f"Of rows with labels, {100 * first.mean():.1f}% were right in the reference windows and "
        f"{100 * rest.mean():.1f}% afterwards."
    ]


def _table(table: pd.DataFrame, words: Mapping[str, str]) -> Table:
    rows = [
        [
            words[row["signal"]],
            f"{row['mean']:.4f} ± {row['spread']:.4f}",
            number(row["last"], 4),
            number(row["highest"], 2),
            "none" if np.isnan(row["alarm"]) else row["window"],
        ]
        for _, row in table.iterrows()
    ]
    heads = ["signal", "usual", "last window", "height", "alarm alone"]
    return Table("Each chart by itself", heads, rows, HINTS["table"])
