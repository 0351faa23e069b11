"""The page of the original study's claims, judged on all stages together."""

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from mc.report.page import Page, Section, Table
from mc.report.seed_study import claims, figures
from mc.report.seed_study.claims import Claim
from mc.report.stage_result import StageResult
from mc.report.wording import interval, listed

SYMBOLS = {"supported": "✓", "contradicted": "✗", "undecided": "?", "not tested": "–"}
VERDICTS = ("supported", "contradicted", "undecided", "not tested")
DIGITS = {"points": 2, "accuracy": 3}
HINT = (
    "What would settle each claim was declared before the data were seen. Undecided: the intervals "
    "do not settle it; more repetitions may. Numbers: means with 95% intervals; points: percentage "
    "points of accuracy."
)
BOARD_HINT = "Only tested claims are drawn; a row is a claim judged on one family of lineages."


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
        headlines=[claim_headline(judged)],
        tables=[claim_table(judged)],
        sections=_sections(judged, table, margin),
        more=[_criteria(judged)],
        frames={"claims": table},
        facts={"margin": f"{100 * margin:g} percentage points of accuracy"},
    )


def claim_headline(claims: Sequence[Claim]) -> str:
    """How the claims fare, in one sentence."""
    names = list(dict.fromkeys(claim.name for claim in claims))
    groups = [
        f"{verdict}: {listed([f'“{name}”' for name in names if _over(claims, name) == verdict])}"
        for verdict in (*VERDICTS, "mixed")
        if any(_over(claims, name) == verdict for name in names)
    ]
    return f"Of {len(names)} claims of the original study, on these data: {'; '.join(groups)}."


def claim_findings(claims: Sequence[Claim]) -> list[str]:
    """The verdict on each claim with its reasons."""
    return [f"{claim.name}: {claim.verdict}. {claim.reading}" for claim in claims]


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
    sentences = claim_findings(judged)
    return [Section("claims", "Verdicts and their reasons", sentences, figure, BOARD_HINT)]


def _criteria(judged: Sequence[Claim]) -> Table:
    rows = [list(row) for row in dict.fromkeys((claim.name, claim.asks) for claim in judged)]
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


def _over(claims: Sequence[Claim], name: str) -> str:
    """The verdict on one claim if all families that were tested agree, else mixed."""
    verdicts = {claim.verdict for claim in claims if claim.name == name} - {"not tested"}
    return "not tested" if not verdicts else verdicts.pop() if len(verdicts) == 1 else "mixed"
