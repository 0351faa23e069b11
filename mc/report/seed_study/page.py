"""The page of the original study's claims, told from all stages together."""

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from mc.report.page import Page, Section, Table, interval
from mc.report.seed_study import claims, figures, summary
from mc.report.seed_study.claims import Claim
from mc.report.stage_result import StageResult

SYMBOLS = {"supported": "✓", "contradicted": "✗", "undecided": "?", "not tested": "–"}
DIGITS = {"points": 2, "accuracy": 3}
HINT = (
    "Each claim named what would settle it before it met the data. Undecided: the intervals do not "
    "settle it; more repetitions may. Numbers: means with 95% intervals, points: percentage points "
    "of accuracy."
)
BOARD_HINT = "Only what was tested is drawn; a row is a claim judged on one family of lineages."


def page(stage_results: Sequence[StageResult]) -> Page:
    """Judge all claims on the lineages of all stages."""
    lineages = [result for result in stage_results if "generations" in result.frames]
    margin = stage_results[0].margin
    judged = claims.judge(
        {result.stage: result.frames["generations"] for result in lineages},
        {result.stage: _corpus(result) for result in lineages},
        margin,
    )
    table = pd.DataFrame([asdict(claim) for claim in judged])
    return Page(
        name="claims",
        title="Claims",
        headlines=[summary.claim_headline(judged)],
        tables=[claim_table(judged)],
        sections=_sections(judged, table, margin),
        more=[_asked(judged)],
        frames={"claims": table},
        facts={"margin": f"{100 * margin:g} percentage points of accuracy"},
    )


def claim_table(judged: Sequence[Claim]) -> Table:
    """Verdict and number of each claim."""
    rows = [
        [
            claim.name,
            f"{SYMBOLS[claim.verdict]} {claim.verdict}",
            _number(claim),
            str(claim.repetitions) if claim.repetitions else "–",
            claim.stage.replace("_", " "),
            claim.family or "–",
            claim.data or "–",
        ]
        for claim in judged
    ]
    heads = ["claim", "verdict", "measured", "repetitions", "stage", "family", "data"]
    return Table("The original study's claims", heads, rows, HINT, prose=True)


def _sections(judged: Sequence[Claim], table: pd.DataFrame, margin: float) -> list[Section]:
    if all(claim.verdict == "not tested" for claim in judged):
        return []
    figure = figures.claim_board(table, margin)
    sentences = summary.claim_findings(judged)
    return [Section("claims", "What was found", sentences, figure, BOARD_HINT)]


def _asked(judged: Sequence[Claim]) -> Table:
    asked = dict.fromkeys((claim.name, claim.asks) for claim in judged)
    rows = [list(row) for row in asked]
    return Table(
        "What would settle each claim", ["claim", "what would settle it"], rows, prose=True
    )


def _number(claim: Claim) -> str:
    if claim.number != claim.number:  # NaN: not tested
        return "–"
    text = interval(claim.number, claim.low, claim.high, DIGITS[claim.unit])
    return f"{text} points" if claim.unit == "points" else text


def _corpus(result: StageResult) -> str:
    """Name of the corpus without its numbers."""
    return result.facts.get("data", "this corpus").split(" (")[0]
