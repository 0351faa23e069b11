"""Sentences about laws and simulations. Knows the frame of checks (see `validate.experiment`)."""

import pandas as pd

from mc.report.wording import listed


def headline(checks: pd.DataFrame, tolerance: str) -> str:
    """How many laws hold, and which do not."""
    verdicts = checks.groupby("law", sort=False)["passes"].all()
    failed = list(verdicts.index[~verdicts])
    if not failed:
        return (
            f"All {len(verdicts)} laws hold: all {len(checks)} checks lie within {tolerance} "
            "standard errors of the expected numbers."
        )
    return (
        f"{len(failed)} of {len(verdicts)} laws fail: {listed(failed)}. "
        f"{int((~checks['passes']).sum())} of {len(checks)} checks lie beyond {tolerance} "
        "standard errors."
    )


def kept(checks: pd.DataFrame) -> str:
    """How many laws hold: ``10 of 10 laws``."""
    verdicts = checks.groupby("law", sort=False)["passes"].all()
    return f"{int(verdicts.sum())} of {len(verdicts)} laws hold"


def check_findings(checks: pd.DataFrame) -> list[str]:
    """The largest departure, and how many bounds are kept."""
    equal = checks[~checks["is_bound"]]
    sentences = []
    if len(equal):
        worst = equal.loc[equal["z"].abs().idxmax()]
        sentences.append(
            f"The largest departure from an expected value is {worst['z']:+.2f} standard errors "
            f"({worst['law']}, {worst['quantity']} at generation {worst['generation']}: "
            f"{worst['observed']:.4f} for {worst['expected']:.4f})."
        )
    bounds = checks[checks["is_bound"]]
    if len(bounds):
        kept = int((bounds["observed"] <= bounds["expected"]).sum())
        sentences.append(
            f"Of {len(bounds)} upper bounds, {kept} are kept outright, and "
            f"{int(bounds['passes'].sum()) - kept} within the tolerance."
        )
    return sentences
