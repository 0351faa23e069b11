"""Sentences made from statistics, one idea a file. Knows nothing of figures, files or HTML.

"No difference found" is never worded as "no difference": where an interval includes 0 the sentence
says how large the loss may still be.
"""

from mc.findings.claims import claim_findings, claim_headline
from mc.findings.comparison import (
    comparison_headlines,
    contrast_findings,
    cost_findings,
    drift_findings,
    spread_findings,
)
from mc.findings.dose import dose_findings, surface_findings, tolerance_findings
from mc.findings.lineages import curve_findings, headlines, metric_findings
from mc.findings.losses import loss_findings, verdict_findings
from mc.findings.published import departures, published_findings
from mc.findings.words import points, repetitions

__all__ = [
    "claim_findings",
    "claim_headline",
    "comparison_headlines",
    "contrast_findings",
    "cost_findings",
    "curve_findings",
    "departures",
    "dose_findings",
    "drift_findings",
    "headlines",
    "loss_findings",
    "metric_findings",
    "points",
    "published_findings",
    "repetitions",
    "spread_findings",
    "surface_findings",
    "tolerance_findings",
    "verdict_findings",
]
