"""The page of `monitor`: whether a collapse is seen without labels, how late, at what price.

Frames of lineages: ``generations``, ``slices`` (their names by number) and ``asked`` (of the
detectors). Of a user's log see `experiments.monitor.page_of_log`.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.monitor import curves, figures, page_of_log, slicing
from experiments.monitor import summary as found
from experiments.monitor.curves import TOGETHER
from experiments.monitor.lineage import of_slice
from experiments.monitor.settings import asked_signals
from experiments.monitor.signals import DESCRIPTIONS
from mc import statistics
from mc.report.page import Page, Section, Table
from mc.report.stage_result import StageResult
from mc.report.wording import column_in_points, interval
from mc.types import Row

HINTS = {
    "operating": "Left: a higher line detects more at the same price. The line of rate 0 should "
    "follow the dashed one; its lineages calibrate nothing. Right: when alarms come.",
    "delays": "An alarm can still save the difference between the two losses.",
    "signals": "A signal that leaves the grey band early warns early.",
    "diversity": " Input diversity is a control: it cannot change here, since people wrote all "
    "reviews.",
    "slices": "The average can hide a group. Left: loss of each product slice; middle: growth of "
    "the gap, and loss of the average; right: which of the two comes first.",
    "table": "Alarm: lineages with an alarm. Generation: median of the alarm, with an interval "
    "from order statistics; none: half or more have no alarm. Losses: points of accuracy against "
    "rate 0 of the same repetition, with 95% intervals.",
    "alone": "Lineages with an alarm, and the median generation. Rate 0 shows false alarms, in "
    "lineages that calibrate nothing; of several signals one may show more by chance.",
}
CAUTIONS = (
    "The thresholds need lineages of human labels from the same corpus. Without labelled data to "
    "run them, use the monitor on a log.",
    "Fresh reviews come from the same corpus at all times. For a deployed model, a change of its "
    "inputs would raise the same alarm.",
)


@dataclass(frozen=True)
class _Tables:
    """The tables of the page."""

    generations: pd.DataFrame
    asked: pd.Series
    names: list[str]

    @property
    def last(self) -> int:
        return int(self.generations["generation"].max())

    @property
    def false_alarms(self) -> float:
        return float(self.asked["false_alarms"])

    @cached_property
    def judged(self) -> pd.DataFrame:
        """Without the lineages that calibrate, and with the gap between slices."""
        is_judged = self.generations["replicate"] < self.asked["repetitions"]
        return slicing.with_gap(self.generations[is_judged], self.columns)

    @property
    def columns(self) -> dict[str, str]:
        return {of_slice("accuracy", place): name for place, name in enumerate(self.names)}

    @property
    def signals(self) -> tuple[str, ...]:
        """Those that were asked for, of which the data have these."""
        return tuple(name for name in asked_signals(self.asked) if name in self.generations)

    @cached_property
    def watch(self) -> curves.Watch:
        return curves.watched(
            self.generations,
            int(self.asked["repetitions"]),
            float(self.asked["allowance"]),
            asked_signals(self.asked),
        )

    @cached_property
    def alarms(self) -> pd.DataFrame:
        return curves.alarm_table(self.generations, self.watch, self.false_alarms)

    @cached_property
    def detected(self) -> pd.DataFrame:
        return curves.detections(self.alarms, self.last)

    @property
    def together(self) -> pd.DataFrame:
        return self.detected[self.detected["detector"] == TOGETHER]

    @property
    def highest(self) -> float:
        return float(self.generations["rate"].max())

    def made_of(self, data: str) -> str:
        """What figures are made of."""
        calm = self.watch.calibration.n
        return (
            f"Data: {data}; {int(self.asked['repetitions'])} repetitions; windows of "
            f"{int(self.asked['window'])} reviews; thresholds from {calm} lineages of human labels "
            f"at {100 * self.false_alarms:.3g}% false alarms over {self.last} generations"
        )


def page(result: StageResult) -> Page:
    """The alarm: how often, how late, by which signal; and the slices."""
    frames = result.frames
    if "windows" in frames:
        return page_of_log.page(result)
    names = [str(name) for name in frames["slices"]["slice"]]
    tables = _Tables(frames["generations"], frames["asked"].iloc[0], names)
    made_of = tables.made_of(result.facts.get("data", ""))
    calm = tables.watch.calibration.n
    promise = curves.promise(calm, tables.false_alarms)
    usual = int(tables.asked["calibration"]) - calm
    checked = found.false_alarm_findings(tables.together, promise, tables.false_alarms, calm, usual)
    return Page(
        name=result.stage,
        title="a label-free alarm",
        headlines=[found.headline(tables.together, tables.false_alarms, tables.last), *checked],
        tables=[_table(tables), _alone(tables)],
        sections=_sections(tables, made_of),
        frames={**frames, "alarms": tables.alarms, "detections": tables.detected},
        facts=_facts(result, tables),
        cautions=CAUTIONS,
        glossary={name: DESCRIPTIONS[name] for name in DESCRIPTIONS if name in tables.generations},
    )


def _facts(result: StageResult, tables: _Tables) -> dict[str, str]:
    asked = tables.asked
    signals = ",".join(tables.signals)
    settings = {
        "false alarms": f"{tables.false_alarms:g} over {tables.last} generations",
        "calibration": f"{int(asked['calibration'])} lineages of human labels",
        "charts": f"two-sided CUSUM, allowance {asked['allowance']:g}; {signals}",
    }
    return {**result.facts, **settings}


def _sections(tables: _Tables, made_of: str) -> list[Section]:
    operating = curves.operating_curves(tables.watch)
    together = operating[operating["detector"] == TOGETHER]
    sounded = curves.alarm_curves(tables.alarms, tables.last)
    courses = _means(curves.standardised(tables.generations, tables.watch))
    labels = {name: name.replace("_", " ") for name in tables.watch.calibration.signals}
    above = tables.together[tables.together["rate"] > 0]
    sections = [
        Section(
            "operating",
            "Alarms, true and false",
            found.operating_findings(together, tables.false_alarms),
            figures.operating_curve(together, sounded, tables.false_alarms, made_of),
            HINTS["operating"],
        ),
        Section(
            "signals",
            "Which signal warns first",
            found.signal_findings(tables.detected, TOGETHER),
            figures.signal_courses(courses, labels, made_of),
            HINTS["signals"] + HINTS["diversity"] * ("input_diversity" in labels),
        ),
    ]
    if above.empty:
        return sections
    late = Section(
        "delays",
        "How late the alarm is, and what it can save",
        [],
        figures.alarm_delays(above, tables.last, made_of),
        HINTS["delays"],
    )
    sections.insert(1, late)
    return sections + ([_slices(tables, made_of)] if len(tables.names) > 1 else [])


def _means(courses: pd.DataFrame) -> pd.DataFrame:
    """Means of long values, in standard deviations, over replicates, with intervals."""
    wide = courses.pivot_table(
        index=["rate", "replicate", "generation"], columns="metric", values="value"
    )
    return statistics.loop_means(wide.reset_index(), ("rate",), list(wide.columns), shares=())


def _slices(tables: _Tables, made_of: str) -> Section:
    losses = slicing.slice_losses(tables.judged, tables.columns)
    excesses = slicing.excesses(tables.judged, tables.columns)
    leads = slicing.leads(tables.judged)
    losses = losses[losses["rate"] == tables.highest]
    ends = losses[(losses["generation"] == tables.last) & (losses["slice"] != "")]
    worst = str(ends.loc[ends["mean"].idxmax(), "slice"])
    return Section(
        "slices",
        "Which group loses most, and does the gap warn?",
        found.slice_findings(losses, excesses, leads, tables.highest),
        figures.slice_losses(losses, worst, leads, made_of),
        HINTS["slices"],
    )


def _table(tables: _Tables) -> Table:
    """A row for each rate."""
    rows = [
        [
            f"{row['rate']:g}",
            f"{row['alarms']} of {row['n']}",
            _share(row),
            _delay(row),
            *(
                column_in_points(row, name) if row["rate"] else "–"
                for name in ("lost", "lost_at_end")
            ),
        ]
        for _, row in tables.together.iterrows()
    ]
    heads = ["rate", "alarm", "share (%)", "generation", "lost by alarm", "lost at end"]
    title = f"All signals together, at {100 * tables.false_alarms:.3g}% false alarms"
    return Table(title, heads, rows, HINTS["table"])


def _alone(tables: _Tables) -> Table:
    """A row for each signal, a column for each rate."""
    rates = sorted(tables.detected["rate"].unique())
    known = tables.detected.set_index(["detector", "rate"])
    rows = []
    for name in dict.fromkeys(tables.detected["detector"]):
        cells = [known.loc[(name, rate)] for rate in rates]
        texts = [f"{cell['alarms']:.0f}/{cell['n']:.0f} @ {_middle(cell)}" for cell in cells]
        rows.append([name.replace("_", " "), *texts])
    heads = ["watched", *(f"rate {rate:g}" for rate in rates)]
    title = f"Each signal alone, at {100 * tables.false_alarms:.3g}% false alarms"
    return Table(title, heads, rows, HINTS["alone"])


def _share(row: Row) -> str:
    return interval(100 * row["share"], 100 * row["share_low"], 100 * row["share_high"], 0)


def _middle(row: Row) -> str:
    return "–" if np.isinf(row["delay"]) else f"{row['delay']:g}"


def _delay(row: Row) -> str:
    if np.isinf(row["delay_low"]):
        return "none"
    ends = ["none" if np.isinf(row[f"delay{end}"]) else f"{row[f'delay{end}']:g}"
            for end in ("", "_low", "_high")]  # fmt: skip
    return ends[0] if np.isnan(row["delay_low"]) else f"{ends[0]} [{ends[1]}, {ends[2]}]"
