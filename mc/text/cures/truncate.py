"""Truncated loss: words that the generation before predicts too well are not learned.

The truncated cross-entropy of Shabgahi et al. (2025, "ForTIFAI: fending off recursive training
induced failure for AI models"), which leaves out tokens above a probability. There it is that of
the model in training, at each step. Here it is that of the generation before, which for n-grams is
the only one there is while sequences are counted.
"""

from dataclasses import replace
from inspect import signature
from types import ModuleType

import numpy as np
from pydantic import Field

from mc.errors import ParameterError
from mc.settings import Settings
from mc.text.reading import Apply, Origin, Reading

ROUNDING = 1e-9  # by which a probability may exceed 1


class Parameters(Settings):
    """Settings of the cure."""

    above: float = Field(0.9, ge=0, le=1, description="probability of words that are left out")


needs_previous = True


def check(family: ModuleType) -> None:
    """Refuse generators that learn from whole texts only.

    Raises
    ------
    ParameterError
        Names the cure and the remedy.
    """
    if "counted" not in signature(family.fit).parameters:
        name = family.__name__.rpartition(".")[2]
        raise ParameterError(
            f"cure=truncate leaves words out, but fit of generator={name} has no parameter "
            "`counted`; add it, or leave the cure out"
        )


def prepare(origin: Origin, *, above: float) -> Apply:
    """Leave words out whose probability is larger; the ends of texts always count."""

    def apply(reading: Reading) -> Reading:
        logs = reading.previous.log_probability(reading.texts, reading.labels)
        counted = np.exp(logs) <= above + ROUNDING  # (N + n,)
        counted[reading.texts.starts[1:] + np.arange(len(reading))] = True
        altered = float((~counted).sum() / max(len(reading.texts.tokens), 1))
        return replace(reading, counted=counted, altered=altered)

    return apply
