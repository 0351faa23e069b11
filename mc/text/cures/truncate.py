"""Truncated loss: words that the generation before predicts too well are not learned.

The truncated cross-entropy of Shabgahi et al. (2025, "ForTIFAI: fending off recursive training
induced failure for AI models"), which leaves out tokens above a probability. There it is that of
the model in training, at each step. Here it is that of the generation before, which for n-grams is
the only one there is while sequences are counted.
"""

from dataclasses import replace

import numpy as np
from pydantic import Field

from mc.settings import Settings
from mc.text.reading import Apply, Origin, Reading

ROUNDING = 1e-9  # by which a probability may exceed 1


class Parameters(Settings):
    """Settings of the cure."""

    above: float = Field(0.9, ge=0, le=1, description="probability of words that are left out")


needs_previous = weighs_words = True


def prepare(origin: Origin, *, above: float) -> Apply:
    """Leave words out whose probability is larger; the ends of texts always count."""

    def apply(reading: Reading) -> Reading:
        logs = reading.previous.log_probability(reading.texts, reading.labels)
        counted = np.exp(logs) <= above + ROUNDING  # (N + n,)
        counted[reading.texts.starts[1:] + np.arange(len(reading))] = True
        altered = float((~counted).sum() / max(len(reading.texts.tokens), 1))
        return replace(reading, counted=counted, altered=altered)

    return apply
