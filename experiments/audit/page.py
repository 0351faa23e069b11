"""The page of `audit`: whether the suspect differs, where, and what would have been seen.

Frames: ``checks`` (a row for each audit and check), ``audits`` (other figures of each audit), and
of the audit that is shown ``words``, ``traits``, ``scores`` and ``deciles``.
"""

from dataclasses import dataclass

import pandas as pd
from scipy.stats import norm

from experiments.audit import figures
from experiments.audit import summary as found
from experiments.audit.checks import CHECKS, DESCRIPTIONS
from experiments.audit.power import corrected, detection, smallest_seen
from mc.report.page import Page, Section, Table, number, points
from mc.report.stage_result import StageResult

IN_POINTS = ("class_share", "copies", "copied_human")  # effects that are shown in per cent
HINTS = {
    "table": "Observed: suspect minus human, in the check's unit (shares in points). If alike: "
    "where it lies in as many of audits as the confidence says, if both sides are drawn alike. "
    "Corrected: Holm over all checks.",
    "checks": "Blue strokes: what human reviews give against human ones. An effect far outside of "
    "them is no chance; whether a machine is the reason, other sources or times have to be ruled "
    "out.",
    "detection": "An audit that finds nothing says as much as this figure: shares that raise an "
    "alarm in most planted audits can be ruled out, for machines like these.",
    "scores": "Curves that lie on each other: the classifier cannot tell the sides apart.",
    "words": "Left: reviews of 1,000 that hold a word. Middle: traits of how texts are written.",
    "tail": "Written text lacks rare words, and repeats itself.",
    "use": "Above 0: a classifier that learned from the suspect is worse.",
    "share": "Estimates on planted audits, whose truth is known, show how far to trust that of the "
    "suspect. They know examples of the same machine; without known rows there is none of the "
    "suspect.",
}
CAUTIONS = (
    "A difference is no proof of a machine: other products, years, countries or ways of collecting "
    "differ, too. Nothing found is no proof of human origin: machines that write or label better "
    "than the planted ones are seen later.",
    "Shares that would be seen hold for machines like the planted ones, among as many reviews, and "
    "are measured on splits of one human corpus.",
    "Where texts differ, the checks of labels may notice, too; labels that were changed leave the "
    "checks of texts as they are.",
    "Near-duplicates are taken for independent reviews by all checks but their own.",
)


@dataclass(frozen=True)
class _Tables:
    """The shown audit and the planted ones: their checks and other figures; what was seen."""

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
    """Tell the verdict, then each check, then what would have been seen."""
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
        tables=[_board(tables.shown, planted, confidence), _sight(detected)],
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
    told = [found.verdict(tables.shown, float(facts["confidence"]))]
    told += found.sight(
        tables.smallest,
        tables.planted,
        float(facts["power"]),
        int(tables.others["suspect_rows"].min()),
    )
    told += found.overlap(facts)
    if "pollution_share" in audit and pd.notna(audit["pollution_share"]):
        told.append(found.pollution(audit, truth))
    return [*told, found.usefulness(audit)]


def _sections(result: StageResult, tables: _Tables) -> list[Section]:
    data, frames, names = result.facts["data"], result.frames, found.NAMES
    confidence, power = (float(result.facts[name]) for name in ("confidence", "power"))
    shown, planted, detected = tables.shown, tables.planted, tables.detected
    own, others = tables.own, tables.others
    audit, human = tables.audit, planted[planted["kind"] == "nothing"]
    critical = float(norm.isf((1 - confidence) / len(CHECKS) / 2))
    wanted = critical + float(norm.ppf(power))
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
            "What would have been seen",
            found.detected(detected),
            figures.detection_curves(detected, planted, names, wanted, data),
            HINTS["detection"],
        ),
        Section(
            "scores",
            "Can a classifier tell the sides apart?",
            [],
            figures.score_histograms(frames["scores"], shown, names, data),
            HINTS["scores"],
        ),
        Section(
            "words",
            "Words, style and class shares",
            found.words(frames["words"]),
            figures.word_changes(frames["words"], frames["traits"], audit, data),
            HINTS["words"],
        ),
        Section(
            "tail",
            "Tail and near-duplicates",
            [*found.tail(frames["deciles"]), *found.copies(audit)],
            figures.tail_loss(frames["deciles"], audit, data),
            HINTS["tail"],
        ),
        Section(
            "use",
            "What training on it costs",
            [found.usefulness(audit)],
            figures.training_losses(own, others, data),
            HINTS["use"],
        ),
    ]
    if "pollution_share" in others and others["pollution_share"].notna().any():
        sections.append(
            Section(
                "share",
                "Which share is synthetic",
                [found.pollution(audit, None)] if pd.notna(audit["pollution_share"]) else [],
                figures.pollution_shares(own, others, data),
                HINTS["share"],
            )
        )
    return sections


def _board(shown: pd.DataFrame, planted: pd.DataFrame, confidence: float) -> Table:
    """A row for each check."""
    human = planted[planted["kind"] == "nothing"].groupby("check")["effect"].mean()
    rows = []
    for _, row in shown.iterrows():
        half = norm.ppf((1 + confidence) / 2) * row["spread"]
        write = points if row["check"] in IN_POINTS else (lambda value: number(value, 4))
        rows.append(
            [
                found.NAMES[row["check"]],
                write(row["effect"]),
                f"[{write(-half)}, {write(half)}]",
                write(human[row["check"]]),
                number(row["p"], 4),
                number(row["p_holm"], 4),
                "differs" if row["alarm"] else "not found",
            ]
        )
    heads = ["check", "observed", "if alike", "human/human", "p", "corrected", "verdict"]
    return Table("The checks", heads, rows, HINTS["table"])


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
