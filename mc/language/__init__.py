"""Models that write their own training data: class-conditional n-gram models and their lineages.

Pure and deterministic but for `tokens`, which keeps a corpus as word numbers on disk.
"""

from mc.language.judging import COLLAPSED_BELOW, DECILE, DESCRIPTIONS
from mc.language.lineage import RESULTS_VERSION, Condition, breed
from mc.language.samples import CLASSES, NOTE
from mc.language.tokens import TokenCorpus, open_tokens, prepare

__all__ = [
    "CLASSES",
    "COLLAPSED_BELOW",
    "DECILE",
    "DESCRIPTIONS",
    "NOTE",
    "RESULTS_VERSION",
    "Condition",
    "TokenCorpus",
    "breed",
    "open_tokens",
    "prepare",
]
