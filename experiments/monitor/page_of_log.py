"""The page of `monitor` about a log of the user's: alarm or none, when, and what sounds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.monitor import figures_of_log, watching
from experiments.monitor import summary_of_log as found
from experiments.monitor.logs import of_slice
from experiments.monitor.signals import DESCRIPTIONS
from mc.report.page import Page, Section, Table, number
from mc.report.stage_result import StageResult

DRAWN = ("confidence_shift", "confidence", "positive_share")  # of slices
HINTS = {
    "signals": "What a window shows without labels. Accuracy, where some rows have labels, is "
    "drawn beside and watched by no chart.",
    "charts": "A chart adds up what goes beyond the usual; it forgets what was long ago and right.",
    "slices": "An average hides a group. Slices without enough rows in every window are left out.",
    "table": "Usual: mean and standard deviation of the reference windows. Height: the highest "
    "point of its chart over its own threshold; above 1 it sounds by itself.",
}


@dataclass(frozen=True)
class _Told:
    """What the page is made of.

    ``words`` are columns for people; ``places`` the slice of each column that is of one.
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
    """Tell whether the alarm sounds, when, and by what."""
    told = _told(result)
    table, words = told.table, told.words
    given = (told.windows, told.references, told.false_alarms, words)
    return Page(
        name=result.stage,
        title="a label-free alarm on a log",
        headlines=[
            found.log_headline(told.watch, *given),
            *found.log_findings(told.watch, table, words),
            *found.slice_log_findings(table, told.places),
        ],
        tables=[_table(table, words)],
        sections=_sections(told),
        frames={**result.frames, "charts": table.assign(signal=table["signal"].map(words))},
        facts={name: at for name, at in result.facts.items() if name != "repetitions"},
        cautions=found.log_cautions(told.watch, told.references, words),
        glossary=DESCRIPTIONS,
    )


def _told(result: StageResult) -> _Told:
    frames, asked = result.frames, result.frames["asked"].iloc[0]
    windows = frames["windows"].sort_values("place", ignore_index=True)
    references, false_alarms = int(asked["reference_windows"]), float(asked["false_alarms"])
    wanted = [name for name in str(asked["signals"]).split(",") if name in windows]
    words = {name: name.replace("_", " ") for name in wanted}
    places: dict[str, str] = {}
    for place, own in enumerate(frames["slices"]["slice"]):
        for signal in wanted:
            column = of_slice(signal, place)
            if column in windows:
                places[column] = str(own)
                words[column] = f"{words[signal]} of {own}"
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
    return _Told(windows, references, false_alarms, watch, words, places, made_of)


def _sections(told: _Told) -> list[Section]:
    labels = {name: told.words[name] for name in told.watch.signals if name not in told.places}
    if "accuracy" in told.windows and told.windows["accuracy"].notna().any():
        labels["accuracy"] = "accuracy (of labelled rows)"
    sections = [
        Section(
            "signals",
            "What the windows show",
            _accuracy(told.windows, told.references),
            figures_of_log.log_signals(
                told.windows, labels, told.references, told.alarm, told.made_of
            ),
            HINTS["signals"],
        ),
        Section(
            "charts",
            "The charts",
            [],
            figures_of_log.log_charts(told.watch, told.words, told.references, told.made_of),
            HINTS["charts"],
        ),
    ]
    drawn = [name for name in told.watch.signals if name in told.places and _is_drawn(name)]
    return [*sections, _slices(told, drawn)] if drawn else sections


def _is_drawn(column: str) -> bool:
    return column.split(" ", maxsplit=1)[0] in DRAWN


def _slices(told: _Told, drawn: Sequence[str]) -> Section:
    watch, table = told.watch, told.table
    z = pd.concat(
        pd.DataFrame(
            {
                "place": told.windows["place"],
                "signal": name.split(" ")[0],
                "slice": told.places[name],
                "value": watch.z[:, watch.signals.index(name)],
            }
        )
        for name in drawn
    )
    fired = table[table["signal"].isin(list(told.places)) & table["alarm"].notna()]
    first = told.places[fired.loc[fired["alarm"].idxmin(), "signal"]] if len(fired) else ""
    names = list(dict.fromkeys(told.places.values()))
    figure = figures_of_log.log_slices(z, names, first, told.references, told.made_of)
    said = found.slice_log_findings(table, told.places)
    return Section("slices", "Product slices", said, figure, HINTS["slices"])


def _accuracy(windows: pd.DataFrame, references: int) -> list[str]:
    """What labels say, where there are some; they sound no alarm."""
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
