"""Is this corpus polluted? A suspect corpus held against a human one, check by check.

Pollution comes in two kinds: texts that a machine has written, and human texts that a machine has
labelled. Pure and deterministic but for `evidence`, which keeps both corpora on disk.
"""

from mc.auditing.audit import CHECKS, DESCRIPTIONS, VERSION, Findings, audit
from mc.auditing.evidence import Evidence, Named, open_evidence, prepare
from mc.auditing.samples import KINDS, Case, Design, Sample, draw, rows_for_machines
from mc.auditing.sides import TESTED

__all__ = [
    "CHECKS",
    "DESCRIPTIONS",
    "KINDS",
    "TESTED",
    "VERSION",
    "Case",
    "Design",
    "Evidence",
    "Findings",
    "Named",
    "Sample",
    "audit",
    "draw",
    "open_evidence",
    "prepare",
    "rows_for_machines",
]
