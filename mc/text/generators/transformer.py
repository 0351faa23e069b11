"""A small decoder-only transformer, told the class by a prefix; needs the extra `neural`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from mc.errors import ParameterError
from mc.settings import Presets, Settings
from mc.text.decoding import Decoding
from mc.text.generators import Generator
from mc.text.reviews import Reviews
from mc.types import AnySetting, Array, Labels

if TYPE_CHECKING:
    from mc.text.transformer.generator import TransformerGenerator

PIECES_A_WORD = 1.4
OPERATIONS_A_SECOND = 3e10  # of one core, as measured with ``tiny``
libraries, extra = ("jax", "optax", "tokenizers"), "neural"
needs_previous = True  # its pieces of words, and with warm_start its weights
edits = True


class Parameters(Settings):
    """Settings of the generator."""

    presets: ClassVar[Presets] = {
        "tiny": {},  # 0.86 million parameters: two cores
        "small": {  # 9 million parameters: a GPU
            "pieces": 8192,
            "context": 128,
            "width": 256,
            "layers": 8,
            "heads": 8,
            "batch": 64,
        },
    }

    pieces: int = Field(2048, ge=300, le=50_000, description="pieces of words (byte-pair encoding)")
    context: int = Field(64, ge=8, le=1024, description="pieces that it sees at most")
    width: int = Field(128, ge=8, le=1024, description="numbers that stand for a piece")
    layers: int = Field(3, ge=1, le=24, description="transformer blocks")
    heads: int = Field(4, ge=1, le=32, description="attention heads of a block; they divide width")
    epochs: float = Field(4.0, ge=0.01, le=1000, description="times that it reads each text")
    learning_rate: float = Field(1e-3, ge=1e-6, le=1, description="the highest, after a warm-up")
    weight_decay: float = Field(0.1, ge=0, le=10, description="of AdamW")
    batch: int = Field(8, ge=1, le=4096, description="windows of a training step")
    warm_start: bool = Field(
        False, description="continue from the weights of the generation before, not from scratch"
    )


def fit(
    reviews: Reviews,
    labels: Labels,
    words: NDArray[np.str_],
    *,
    seed: int,
    previous: Generator | None = None,
    weights: NDArray[np.float64] | None = None,
    **parameters: AnySetting,
) -> "TransformerGenerator":
    """Train on texts; the pieces of words are those of the generation before, if there is one."""
    from mc.text.transformer import generator

    given = Parameters.read(parameters)
    return generator.fit(
        reviews, labels, words, seed=seed, previous=previous, weights=weights, given=given
    )


def seconds(read: int, written: int, parameters: Parameters) -> float:
    """CPU seconds that training on some words and writing others take, roughly.

    Two operations for each weight and piece, three times as many in training; writing, a piece at a
    time, does half as many operations a second.
    """
    weights = parameters.width * (12 * parameters.layers * parameters.width + parameters.pieces)
    trained = 6 * parameters.epochs * read * PIECES_A_WORD
    return weights * (trained + 4 * written * PIECES_A_WORD) / OPERATIONS_A_SECOND


def check(decoding: Decoding, parameters: Parameters) -> None:
    """Refuse sizes that do not fit; it knows all rules.

    Raises
    ------
    ParameterError
        Names the parameters.
    """
    if parameters.width % parameters.heads:
        raise ParameterError(
            f"generator_params: heads={parameters.heads} must divide width={parameters.width}"
        )


def restore(arrays: Mapping[str, Array]) -> "TransformerGenerator":
    """A generator from its arrays."""
    from mc.text.transformer import generator

    return generator.restore(arrays)
