"""What the claims of the original study come to. Knows how many of each verdict, not why."""

from collections.abc import Sequence

from mc.report.seed_study.claims import Claim
from mc.report.wording import listed

VERDICTS = ("supported", "contradicted", "undecided", "not tested")


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
    """What was found on each claim."""
    return [f"{claim.name}: {claim.verdict}. {claim.reading}" for claim in claims]


def _over(claims: Sequence[Claim], name: str) -> str:
    """The verdict on one claim where all families agree, those that cannot tell left aside."""
    found = {claim.verdict for claim in claims if claim.name == name} - {"not tested"}
    return "not tested" if not found else found.pop() if len(found) == 1 else "mixed"
