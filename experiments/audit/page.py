"""The page of `audit`: whether the suspect differs, where, and what would be detected.

Frames: ``checks`` (a row for each audit and check), ``audits`` (other figures of each audit), and
of the shown audit ``words``, ``traits``, ``scores`` and ``deciles``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from experiments.audit import figures
from experiments.audit import summary as found
from experiments.audit.checks import CHECKS, DESCRIPTIONS
from experiments.audit.power import (
    corrected,
    critical_z,
    detection,
    if_alike,
    mean_seen,
    shares_seen,
    smallest_seen,
)
from mc.report.page import Page, Section, Table
from mc.report.stage_result import StageResult
from mc.report.wording import number, points
from mc.types import Row

IN_POINTS = ("class_share", "copies", "copied_human")  # effects in per cent
HINTS = {
    "table": "Observed: suspect minus human, in the check's unit (shares in points). If alike: "
    "where it would lie if both sides were drawn alike, corrected like the p-value, so that the "
    "observed effect lies outside exactly where the verdict is 'differs'. Human/human: mean of "
    "audits of human reviews. Corrected: Holm over all checks.",
    "checks": "Blue strokes: human against human reviews. An effect far outside of them is not "
    "chance, but a machine need not be the reason.",
    "detection": "If an audit finds nothing, shares that raise an alarm in most planted audits can "
    "be ruled out, for machines like the planted ones.",
    "machines": "On real reviews with balanced classes and planted labels or texts. Labels of a "
    "machine that is like the auditor's own classifier are the hardest to tell from human ones.",
    "scores": "If the curves coincide, the classifier cannot separate the sides.",
    "words": "Left: reviews of 1,000 that contain a word. Middle: traits of style.",
    "tail": "Text written by n-gram models lacks rare words, and repeats itself.",
    "use": "Above 0, a classifier trained on the suspect is worse.",
    "share": "Estimates for planted audits, whose truth is known, show how far to trust the one "
    "for the suspect. They use examples of the same machine.",
}
CAUTIONS = (
    "A difference does not prove a machine: other products, years, countries or ways of collecting "
    "also cause differences. No difference found does not prove human origin: better machines than "
    "the planted ones are harder to detect.",
    "Detectable shares hold for machines like the planted ones and for as many reviews, and were "
    "measured on splits of one human corpus.",
    "Different texts can also raise alarms in the checks of labels; changed labels do not affect "
    "the checks of texts.",
    "All checks but those of copies treat near-duplicates as independent reviews.",
)


@dataclass(frozen=True)
class _Tables:
    """Checks and other figures of the shown audit and of the planted ones; what is detected."""

    shown: pd.DataFrame
    planted: pd.DataFrame
    own: pd.DataFrame
    others: pd.DataFrame
    detected: pd.DataFrame
    smallest: pd.DataFrame

    @property
    def audit(self) -> pd.Series:
        """Other figures of the shown audit."""
        return self.own.iloc[0]


def page(result: StageResult) -> Page:
    """The verdict, each check, and what the audit would detect."""
    facts, frames = result.facts, result.frames
    confidence, power = float(facts["confidence"]), float(facts["power"])
    checks = corrected(frames["checks"], confidence)
    planted, audits = checks[~checks["shown"]], frames["audits"]
    detected = detection(planted, confidence)
    smallest = smallest_seen(planted, confidence, power)
    tables = _Tables(
        checks[checks["shown"]],
        planted,
        audits[audits["shown"]],
        audits[~audits["shown"]],
        detected,
        smallest,
    )
    return Page(
        name=result.stage,
        title="is this corpus polluted?",
        headlines=_headlines(result, tables),
        number=f"{int(tables.shown['alarm'].sum())} of {len(tables.shown)} checks differ",
        tables=[
            _board(tables.shown, planted, confidence),
            _sight(detected),
            _machines(tables.audit, power, confidence),
        ],
        sections=_sections(result, tables),
        frames={**frames, "checks": checks, "detection": detected, "smallest": smallest},
        facts=facts,
        cautions=CAUTIONS,
        glossary={
            **{name.replace("_", " "): text for name, text in CHECKS.items()},
            **DESCRIPTIONS,
        },
    )


def _headlines(result: StageResult, tables: _Tables) -> list[str]:
    facts, audit = result.facts, tables.audit
    truth = None if audit["kind"] == "suspect" else float(audit["share"])
    rows = int(tables.others["suspect_rows"].min())
    sentences = [
        found.verdict(tables.shown, float(facts["confidence"])),
        *found.sight(tables.smallest, tables.planted, float(facts["power"]), rows),
        *found.overlap(facts),
    ]
    if "pollution_share" in audit and pd.notna(audit["pollution_share"]):
        sentences.append(found.pollution(audit, truth))
    return [*sentences, found.usefulness(audit)]


def _sections(result: StageResult, tables: _Tables) -> list[Section]:
    data, frames, names = result.facts["data"], result.frames, found.NAMES
    confidence, power = (float(result.facts[name]) for name in ("confidence", "power"))
    shown, planted, detected = tables.shown, tables.planted, tables.detected
    own, others = tables.own, tables.others
    audit, human = tables.audit, planted[planted["kind"] == "nothing"]
    critical = critical_z(confidence, len(CHECKS))
    wanted = mean_seen(power, confidence, len(CHECKS))
    sections = [
        Section(
            "checks",
            "Each check",
            found.false_alarms(detected, confidence),
            figures.check_board(shown, human, names, critical, data),
            HINTS["checks"],
        ),
        Section(
            "detection",
            "What would be detected",
            [],
            figures.detection_curves(detected, planted, names, wanted, data),
            HINTS["detection"],
        ),
        Section(
            "scores",
            "Can a classifier separate the sides?",
            [],
            figures.score_histograms(frames["scores"], shown, names, data),
            HINTS["scores"],
        ),
        Section(
            "words",
            "Words, style and class shares",
            found.words(),
            figures.word_changes(frames["words"], frames["traits"], audit, data),
            HINTS["words"],
        ),
        Section(
            "tail",
            "Tail and near-duplicates",
            found.tail(frames["deciles"]),
            figures.tail_loss(frames["deciles"], audit, data),
            HINTS["tail"],
        ),
        Section(
            "use",
            "What training on it costs",
            [],
            figures.training_losses(own, others, data),
            HINTS["use"],
        ),
    ]
    if "pollution_share" in others and others["pollution_share"].notna().any():
        sections.append(
            Section(
                "share",
                "Which share is synthetic",
                [],
                figures.pollution_shares(own, others, data),
                HINTS["share"],
            )
        )
    return sections


def _board(shown: pd.DataFrame, planted: pd.DataFrame, confidence: float) -> Table:
    """A row for each check."""
    human = planted[planted["kind"] == "nothing"].groupby("check")["effect"].mean()
    rows = []
    for _, row in shown.join(if_alike(shown, confidence)).iterrows():
        write = points if row["check"] in IN_POINTS else (lambda value: number(value, 4))
        rows.append(
            [
                found.NAMES[row["check"]],
                write(row["effect"]),
                _alike(row, write),
                write(human[row["check"]]),
                number(row["p"], 4),
                number(row["p_holm"], 4),
                "differs" if row["alarm"] else "not found",
            ]
        )
    heads = ["check", "observed", "if alike", "human/human", "p", "corrected", "verdict"]
    return Table("The checks", heads, rows, HINTS["table"])


def _alike(row: Row, write: Callable[[float], str]) -> str:
    """An interval; of a one-sided check its upper bound."""
    high = write(row["alike_high"])
    return f"[{write(row['alike_low'])}, {high}]" if row["two_sided"] else f"up to {high}"


def _sight(detected: pd.DataFrame) -> Table:
    """Alarms of planted audits, a row for each kind and share."""
    rates = detected.pivot_table(
        index=["kind", "share"], columns="check", values="rate", sort=False
    )
    together = detected[detected["check"] == "any"].set_index(["kind", "share"])
    rows = [
        [
            kind,
            f"{100 * share:g}%",
            f"{row['alarms']} of {row['n']} [{100 * row['low']:.0f}%, {100 * row['high']:.0f}%]",
            *(f"{100 * rates.loc[(kind, share), check]:.0f}%" for check in CHECKS),
        ]
        for (kind, share), row in together.sort_values(["kind", "share"]).iterrows()
    ]
    heads = ["planted", "share", "any check", *(found.NAMES[check] for check in CHECKS)]
    return Table("Alarms of planted audits", heads, rows, HINTS["detection"])


def _machines(audit: pd.Series, power: float, confidence: float) -> Table:
    """The share that as many reviews would show, for each kind of machine."""
    rows = int(min(audit["human_rows"], audit["suspect_rows"]))
    seen = shares_seen(rows, power, confidence, len(CHECKS))
    cells = [
        [name, f"{100 * share:.1f}%" if share <= 1 else "not even all"]
        for name, share in seen.items()
    ]
    title = f"What {rows:,} reviews of each side show in {100 * power:g}% of audits"
    return Table(
        title, ["made by a machine", "share from which it is seen"], cells, HINTS["machines"]
    )
