"""The page of the original study's claims, judged on all stages together and on its own figures."""

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from mc.report.page import Page, Section, Table
from mc.report.seed_study import claims, figures, published, rules
from mc.report.seed_study.claims import ORIGINAL, Claim
from mc.report.seed_study.rules import TOTAL
from mc.report.stage_result import StageResult
from mc.report.wording import interval, listed

SYMBOLS = {"supported": "✓", "contradicted": "✗", "undecided": "?", "not tested": "–"}
BY_ITS_OWN = f"by the same rules on its own published figures ({published.SOURCE})"
VERDICTS = ("supported", "contradicted", "undecided", "not tested")
DIGITS = {"points": 2, "accuracy": 3}
HINT = (
    "One rule judges a claim on these data and on the original's own published figures; the rules "
    "are listed below. The two rules of total collapse were rewritten after data were seen, since "
    "the earlier ones demanded chance of starts that had hardly grown. Undecided: the intervals do "
    "not settle it; more repetitions may. Numbers: means with 95% intervals; points: percentage "
    "points of accuracy."
)
BOARD_HINT = (
    "Only tested claims are drawn; a row is a claim judged on one family of lineages, or (open "
    "markers) on the original's own figures."
)
GROWTH_HINT = (
    "Growth is size over size at the start. Left: small starts grow further than large ones, and "
    "begin lower. Right: a level line would be the same fall whatever the "
    "start."
)


def page(stage_results: Sequence[StageResult]) -> Page:
    """Judge all claims on the lineages of all stages."""
    lineages = [result for result in stage_results if "generations" in result.frames]
    margin = stage_results[0].margin
    judged = claims.judge(
        {result.stage: result.frames["generations"] for result in lineages},
        {result.stage: _corpus(result) for result in lineages},
        margin,
    )
    original = claims.judge_original(margin)
    table, own = (pd.DataFrame([asdict(claim) for claim in each]) for each in (judged, original))
    total = next((result for result in lineages if result.stage == TOTAL), None)
    growth = claims.growth_table(total.frames["generations"] if total else None)
    return Page(
        name="claims",
        title="Claims",
        headlines=[claim_headline(judged), claim_headline(original, BY_ITS_OWN)],
        tables=[claim_table(judged, original)],
        sections=[
            *_verdicts(judged, pd.concat([table, own]), margin),
            *([_growth(growth, _corpus(total))] if total else []),
        ],
        more=[_criteria(judged), _original_table(original)],
        frames={"claims": table, "claims_original": own, "growth": growth},
        facts={"margin": f"{100 * margin:g} percentage points of accuracy"},
        number=_supported(judged),
    )


def claim_headline(claims: Sequence[Claim], on: str = "on these data") -> str:
    """How the claims fare, in one sentence."""
    names = list(dict.fromkeys(claim.name for claim in claims))
    groups = [
        f"{verdict}: {listed([f'“{name}”' for name in names if _over(claims, name) == verdict])}"
        for verdict in (*VERDICTS, "mixed")
        if any(_over(claims, name) == verdict for name in names)
    ]
    return f"Of {len(names)} claims of the original study, {on}: {'; '.join(groups)}."


def _supported(judged: Sequence[Claim]) -> str:
    """How many claims all families of lineages support."""
    names = list(dict.fromkeys(claim.name for claim in judged))
    supported = sum(_over(judged, name) == "supported" for name in names)
    return f"{supported} of {len(names)} supported"


def claim_findings(claims: Sequence[Claim]) -> list[str]:
    """The verdict on each claim with its reasons."""
    return [f"{claim.name}: {claim.verdict}. {claim.reading}" for claim in claims]


def claim_table(judged: Sequence[Claim], original: Sequence[Claim]) -> Table:
    """Verdict and number of each claim, with what the original's own figures say of it."""
    own = {claim.name: claim for claim in original}
    rows = [
        [
            claim.name,
            _verdict(claim),
            _number(claim),
            _verdict(own[claim.name]),
            _number(own[claim.name]),
            str(claim.repetitions) if claim.repetitions else "–",
            claim.stage.replace("_", " "),
            claim.family or "–",
            claim.data or "–",
        ]
        for claim in judged
    ]
    heads = ["claim", "verdict", "measured", "by the original's own figures", "published"]
    heads += ["repetitions", "stage", "family", "data"]
    return Table("The original study's claims", heads, rows, HINT, prose=True)


def _verdicts(judged: Sequence[Claim], table: pd.DataFrame, margin: float) -> list[Section]:
    """All verdicts with their reasons, if any claim was tested."""
    if all(claim.verdict == "not tested" for claim in judged):
        return []
    figure = figures.claim_board(table, margin)
    sentences = claim_findings(judged)
    return [Section("claims", "Verdicts and their reasons", sentences, figure, BOARD_HINT)]


def _growth(growth: pd.DataFrame, data: str) -> Section:
    """What the two rules of total collapse look at."""
    asked = rules.growth_asked()
    sentence = (
        f"The original's own accuracy, on average over its starts, is shown to be near chance "
        f"(below {rules.NEAR_CHANCE}) from {rules.times(asked)} growth on. Less growth cannot "
        "settle whether total collapse goes to 0.5."
    )
    figure = figures.growth_figure(growth, asked, data)
    return Section("growth", "Total collapse by growth", [sentence], figure, GROWTH_HINT)


def _original_table(original: Sequence[Claim]) -> Table:
    rows = [
        [claim.name, _verdict(claim), claim.stage.replace("_", " "), claim.reading]
        for claim in original
    ]
    heads = ["claim", "verdict", "stage", "reasons"]
    return Table(f"The same rules on {ORIGINAL}", heads, rows, prose=True)


def _criteria(judged: Sequence[Claim]) -> Table:
    rows = [list(row) for row in dict.fromkeys((claim.name, claim.asks) for claim in judged)]
    return Table(
        "What would settle each claim", ["claim", "what would settle it"], rows, prose=True
    )


def _verdict(claim: Claim) -> str:
    return f"{SYMBOLS[claim.verdict]} {claim.verdict}"


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
