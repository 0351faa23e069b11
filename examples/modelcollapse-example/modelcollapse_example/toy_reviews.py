"""Made-up reviews of a few words, see `mc.data.datasets`."""

import hashlib
import json

import numpy as np
from pydantic import Field

from mc.settings import Settings
from mc.types import Corpus

GOOD = ["great", "love", "perfect", "excellent", "best", "happy"]
BAD = ["bad", "waste", "broken", "terrible", "worst", "useless"]
PLAIN = ["the", "a", "it", "this", "book", "phone", "box", "day", "time", "with"]


class Parameters(Settings):
    """Settings of the data set: ``--data_params rows=2000``."""

    rows: int = Field(5_000, ge=10, le=1_000_000, description="reviews")
    noise: float = Field(0.1, ge=0, le=0.5, description="share of wrong human labels")


def fingerprint(**settings):
    """All that the reviews depend on; the laboratory adds the version of this package."""
    return json.dumps(["toy_reviews", settings], sort_keys=True)


def load(*, rows, noise):
    """Make the reviews: two words for the opinion, one against it, some that say nothing."""
    rng = np.random.default_rng(0)
    opinions = rng.random(rows) < 0.5
    labels = (opinions ^ (rng.random(rows) < noise)).astype(np.int8)
    texts = []
    for opinion in opinions:
        right, wrong = (GOOD, BAD) if opinion else (BAD, GOOD)
        words = [*rng.choice(PLAIN, 6), *rng.choice(right, 2), *rng.choice(wrong, 1)]
        texts.append(" ".join(rng.permutation(words)))
    digest = hashlib.sha256("\n".join(texts).encode() + labels.tobytes()).hexdigest()
    return Corpus(
        name="toy_reviews",
        texts=texts,
        labels=labels,
        slices=np.zeros(rows, np.int32),
        slice_names=np.array([""]),  # reviews of one kind of product
        digest=digest,
        counts={"rows": rows},
    )
