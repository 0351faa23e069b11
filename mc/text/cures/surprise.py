"""Surprise filter: the texts that the generation before finds most perplexing are read.

Gambetta et al. (2025, "Learning by surprise: surplexity for mitigating model collapse in generative
AI"). It need not know which texts are written.
"""

import numpy as np
from pydantic import Field

from mc.settings import Settings
from mc.text.reading import Apply, Floats, Origin, Reading
from mc.types import Rows


class Parameters(Settings):
    """Settings of the cure."""

    share: float = Field(0.5, ge=0.01, le=1, description="share of the texts that are read")


needs_previous = True


def prepare(origin: Origin, *, share: float) -> Apply:
    """Keep that share of each class, so that the shares of classes stay."""

    def apply(reading: Reading) -> Reading:
        surprise = mean_surprise(reading)
        by_class = [np.flatnonzero(reading.labels == at) for at in np.unique(reading.labels)]
        kept = [_highest(own, surprise[own], share) for own in by_class]
        return reading.take(np.sort(np.concatenate(kept)))

    return apply


def mean_surprise(reading: Reading) -> Floats:
    """Logarithm of the perplexity of each text to the previous generator, (n,), ends included."""
    logs = reading.previous.log_probability(reading.texts, reading.labels)
    lengths = reading.texts.lengths + 1
    sums: Floats = np.add.reduceat(-logs, np.cumsum(lengths) - lengths)
    return sums / lengths


def _highest(rows: Rows, values: Floats, share: float) -> Rows:
    many = max(round(share * len(rows)), 1)
    return rows[np.argsort(-values, kind="stable")[:many]]
