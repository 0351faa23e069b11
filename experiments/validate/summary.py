"""Sentences about laws and simulations. Knows the frame of checks (see `validate.experiment`)."""

import pandas as pd

from mc.report.wording import listed


def headline(checks: pd.DataFrame, tolerance: str) -> str:
    """How many laws hold, and which do not."""
    verdicts = checks.groupby("law", sort=False)["passes"].all()
    failed = list(verdicts.index[~verdicts])
    if not failed:
        return (
            f"All {len(verdicts)} laws hold: {len(checks)} of {len(checks)} checks lie within "
            f"{tolerance} standard errors of what is expected."
        )
    return (
        f"{len(failed)} of {len(verdicts)} laws fail: {listed(failed)}. "
        f"{int((~checks['passes']).sum())} of {len(checks)} checks lie beyond {tolerance} "
        "standard errors."
    )


def check_findings(checks: pd.DataFrame) -> list[str]:
    """What departs most, and how the departures look together."""
    equal = checks[~checks["is_bound"]]
    told = []
    if len(equal):
        worst = equal.loc[equal["z"].abs().idxmax()]
        told.append(
            f"The largest departure from an expected value is {worst['z']:+.2f} standard errors "
            f"({worst['law']}, {worst['quantity']} at generation {worst['generation']}: "
            f"{worst['observed']:.4f} for {worst['expected']:.4f})."
        )
    bounds = checks[checks["is_bound"]]
    if len(bounds):
        kept = int((bounds["observed"] <= bounds["expected"]).sum())
        told.append(
            f"{kept} of {len(bounds)} upper bounds are kept outright, the others to within the "
            "tolerance." if bounds["passes"].all() else f"{kept} of {len(bounds)} bounds are kept."
        )  # fmt: skip
    return told
