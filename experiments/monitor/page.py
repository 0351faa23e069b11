"""The page of `monitor`: whether a collapse is seen without labels, how late, at what price.

Frames of lineages: ``generations``, ``slices`` (their names by number) and ``asked`` (of the
detectors). Of a user's log see `experiments.monitor.page_of_log`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from experiments.monitor import curves, figures, page_of_log, slicing
from experiments.monitor import summary as found
from experiments.monitor.curves import TOGETHER
from experiments.monitor.lineage import SLICE
from experiments.monitor.signals import DESCRIPTIONS
from mc import statistics
from mc.report.page import Page, Section, Table, in_points, interval
from mc.report.stage_result import StageResult

HINTS = {
    "operating": "Left: the higher a line at few false alarms, the better. The line of rate 0 "
    "should follow the dashed one; it is made of lineages that calibrated nothing. Right: when "
    "alarms come, at the false-alarm rate that was asked.",
    "delays": "Right: what lies between the two is what an alarm can still save. Where no alarm "
    "sounds all is lost, and counted so.",
    "signals": "A signal that leaves the grey band early is an early warning. The diversity of the "
    "inputs cannot change here, since all reviews are written by people: it is a control.",
    "slices": "An average hides a group. Left: loss by product slice; middle: what the gap has "
    "grown beside what the average has lost; right: which of the two is first.",
    "table": "Alarm: lineages with one before the end. Generation: median of the alarm, with an "
    "interval from order statistics; none: half or more have no alarm. Losses are in points of "
    "accuracy against rate 0 of the same repetition, with 95% intervals.",
    "alone": "Each signal by itself, at the same stated false-alarm rate: lineages with an alarm, "
    "and the median generation. Rate 0 shows false alarms among lineages that calibrate nothing; "
    "with seven signals one of them may show more by chance.",
}
CAUTIONS = (
    "The monitor knows what is healthy at each generation from lineages of human labels of the "
    "same corpus. Whoever cannot breed these from labelled data of their own does not have this "
    "threshold.",
    "Fresh reviews are drawn from the same corpus at all times. A change of the inputs, which a "
    "deployed model meets too, would sound the same alarm.",
)


@dataclass(frozen=True)
class _Told:
    """The tables that the page is made of."""

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
        own = self.generations["replicate"] < self.asked["repetitions"]
        return slicing.with_gap(self.generations[own], self.columns)

    @property
    def columns(self) -> dict[str, str]:
        return {SLICE.format(place): name for place, name in enumerate(self.names)}

    @cached_property
    def watch(self) -> curves.Watch:
        return curves.watched(
            self.generations,
            int(self.asked["repetitions"]),
            float(self.asked["allowance"]),
            str(self.asked["signals"]).split(","),
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
    """Tell of the alarm: how often, how late, by which signal, and of the slices."""
    frames = result.frames
    if "windows" in frames:
        return page_of_log.page(result)
    names = [str(name) for name in frames["slices"]["slice"]]
    told = _Told(frames["generations"], frames["asked"].iloc[0], names)
    made_of = told.made_of(result.facts.get("data", ""))
    calm = told.watch.calibration.n
    promise = curves.promise(calm, told.false_alarms)
    usual = int(told.asked["calibration"]) - calm
    checked = found.false_alarm_findings(told.together, promise, told.false_alarms, calm, usual)
    return Page(
        name=result.stage,
        title="a label-free alarm",
        headlines=[found.headline(told.together, told.false_alarms, told.last), *checked],
        tables=[_table(told), _alone(told)],
        sections=_sections(told, made_of),
        frames={**frames, "alarms": told.alarms, "detections": told.detected},
        facts=_facts(result, told),
        cautions=CAUTIONS,
        glossary=DESCRIPTIONS,
    )


def _facts(result: StageResult, told: _Told) -> dict[str, str]:
    asked = told.asked
    own = {
        "false alarms": f"{told.false_alarms:g} over {told.last} generations",
        "calibration": f"{int(asked['calibration'])} lineages of human labels",
        "charts": f"two-sided CUSUM, allowance {asked['allowance']:g}; {asked['signals']}",
    }
    return {**result.facts, **own}


def _sections(told: _Told, made_of: str) -> list[Section]:
    operating = curves.operating_curves(told.watch)
    together = operating[operating["detector"] == TOGETHER]
    sounded = curves.alarm_curves(told.alarms, told.last)
    courses = curves.standardised(told.generations, told.watch)
    courses = _means(courses)
    labels = {name: name.replace("_", " ") for name in told.watch.calibration.signals}
    above = told.together[told.together["rate"] > 0]
    sections = [
        Section(
            "operating",
            "Alarms, true and false",
            found.operating_findings(together, told.false_alarms),
            figures.operating_curve(together, sounded, told.false_alarms, made_of),
            HINTS["operating"],
        ),
        Section(
            "signals",
            "Which signal sees it first",
            found.signal_findings(told.detected, TOGETHER),
            figures.signal_courses(courses, labels, made_of),
            HINTS["signals"],
        ),
    ]
    if above.empty:
        return sections
    late = Section(
        "delays",
        "How late the alarm is, and what it saves",
        found.rate_findings(told.together),
        figures.alarm_delays(above, told.last, made_of),
        HINTS["delays"],
    )
    sections.insert(1, late)
    return sections + ([_slices(told, made_of)] if len(told.names) > 1 else [])


def _means(courses: pd.DataFrame) -> pd.DataFrame:
    """Means of long values over replicates, with intervals."""
    wide = courses.pivot_table(
        index=["rate", "replicate", "generation"], columns="metric", values="value"
    )
    return statistics.loop_means(wide.reset_index(), ("rate",), list(wide.columns))


def _slices(told: _Told, made_of: str) -> Section:
    losses = slicing.slice_losses(told.judged, told.columns)
    excesses = slicing.excesses(told.judged, told.columns)
    leads = slicing.leads(told.judged)
    own = losses[losses["rate"] == told.highest]
    ends = own[(own["generation"] == told.last) & (own["slice"] != "")]
    worst = str(ends.loc[ends["mean"].idxmax(), "slice"])
    return Section(
        "slices",
        "Which group is hit, and does the gap warn?",
        found.slice_findings(own, excesses, leads, told.highest),
        figures.slice_losses(own, worst, leads, made_of),
        HINTS["slices"],
    )


def _table(told: _Told) -> Table:
    """A row for each rate."""
    rows = [
        [
            f"{row['rate']:g}",
            f"{row['alarms']} of {row['n']}",
            _share(row),
            _delay(row),
            *([in_points(*_three(row, "lost")), in_points(*_three(row, "lost_at_end"))]
              if row["rate"] else ["–", "–"]),
        ]
        for _, row in told.together.iterrows()
    ]  # fmt: skip
    heads = ["rate", "alarm", "share (%)", "generation", "lost by alarm", "lost at end"]
    title = f"All signals together, at {100 * told.false_alarms:.3g}% false alarms"
    return Table(title, heads, rows, HINTS["table"])


def _alone(told: _Told) -> Table:
    """A row for each signal, a column for each rate."""
    rates = sorted(told.detected["rate"].unique())
    known = told.detected.set_index(["detector", "rate"])
    rows = []
    for name in dict.fromkeys(told.detected["detector"]):
        cells = [known.loc[(name, rate)] for rate in rates]
        told_cells = [f"{cell['alarms']:.0f}/{cell['n']:.0f} @ {_middle(cell)}" for cell in cells]
        rows.append([name.replace("_", " "), *told_cells])
    heads = ["watched", *(f"rate {rate:g}" for rate in rates)]
    title = f"Each signal alone, at {100 * told.false_alarms:.3g}% false alarms"
    return Table(title, heads, rows, HINTS["alone"])


def _share(row: Any) -> str:
    return interval(100 * row["share"], 100 * row["share_low"], 100 * row["share_high"], 0)


def _middle(row: Any) -> str:
    return "–" if np.isinf(row["delay"]) else f"{row['delay']:g}"


def _delay(row: Any) -> str:
    if np.isinf(row["delay_low"]):
        return "none"
    ends = ["none" if np.isinf(row[f"delay{end}"]) else f"{row[f'delay{end}']:g}"
            for end in ("", "_low", "_high")]  # fmt: skip
    return ends[0] if np.isnan(row["delay_low"]) else f"{ends[0]} [{ends[1]}, {ends[2]}]"


def _three(row: Any, name: str) -> tuple[float, float, float]:
    return row[name], row[f"{name}_low"], row[f"{name}_high"]
