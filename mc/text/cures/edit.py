"""Token editing: words that a model of human text predicts too well are drawn anew from it.

ToEdit of Zhu et al. (2024, "How to synthesize text data without model collapse?"): a token whose
probability is at least a threshold is drawn from the prior model, given the words before it as they
were; all others stay. The prior model is the generator of generation 0. In the paper it is a large
pretrained one, and the edited texts are human. Here all texts that are read are edited, so that
nobody has to know which are written.
"""

from dataclasses import replace

from pydantic import Field

from mc.settings import Settings
from mc.text.generators import Editor
from mc.text.reading import Apply, Origin, Reading


class Parameters(Settings):
    """Settings of the cure."""

    threshold: float = Field(0.99, ge=0, le=1, description="probability of words drawn anew")


needs_editor = True


def prepare(origin: Origin, *, threshold: float) -> Apply:
    """Edit by the generator of generation 0."""
    prior = origin.generator
    if not isinstance(prior, Editor):
        raise TypeError(f"{type(prior).__name__} has no method `edit`")

    def apply(reading: Reading) -> Reading:
        texts, altered = prior.edit(reading.texts, reading.labels, threshold, reading.rng)
        return replace(reading, texts=texts, altered=altered)

    return apply
