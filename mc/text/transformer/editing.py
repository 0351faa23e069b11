"""Draws anew the pieces of texts that a network predicts too well, one pass for each window."""

from collections.abc import Callable
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from mc.text.transformer import network
from mc.text.transformer.network import Shape, Weights
from mc.text.transformer.pieces import STOP
from mc.text.transformer.training import Windows

BATCH = 32  # windows at once: scores of all pieces at all places are in memory


def edit(
    weights: Weights,
    shape: Shape,
    data: Windows,
    *,
    threshold: float,
    forbidden: NDArray[np.bool_],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int32], float]:
    """Draw pieces anew whose probability is at least a threshold.

    Each is drawn after the pieces before it as they were, so that all of a window are drawn at
    once. Texts keep their numbers of pieces: ends are neither edited nor drawn.

    Parameters
    ----------
    data : Windows
        Of `mc.text.transformer.training.windows`.
    threshold : float in [0, 1]
        Least probability of a piece that is drawn anew.
    forbidden : (V,) bool
        Pieces that are never drawn.
    rng : Generator
        Source of the draws, one for each piece.

    Returns
    -------
    (N,) int32, float
        The pieces that windows predict, in their order; and the share that was drawn.
    """
    banned = jnp.asarray(forbidden | (np.arange(len(forbidden)) == STOP))
    draws = rng.random(data[0].shape, np.float32)
    pieces, chosen = [], []
    for start in range(0, len(data[0]), BATCH):
        inputs, targets, counts = (part[start : start + BATCH] for part in data)
        missing = BATCH - len(inputs)  # one shape alone is compiled
        parts = (inputs, targets, draws[start : start + BATCH])
        padded = [np.pad(part, ((0, missing), (0, 0))) for part in parts]
        new, chance = (
            np.asarray(part)[: len(inputs)] for part in _drawn(shape)(weights, *padded, banned)
        )
        is_likely = (chance >= threshold) & (targets != STOP)
        pieces.append(np.where(is_likely, new, targets)[counts > 0])
        chosen.append(is_likely[counts > 0])
    return np.concatenate(pieces).astype(np.int32), float(np.concatenate(chosen).mean())


@cache
def _drawn(shape: Shape) -> Callable[..., tuple[jax.Array, jax.Array]]:
    """A piece for each place, and the probability of the one that is there; compiled."""

    def drawn(
        weights: Weights,
        inputs: jax.Array,
        targets: jax.Array,
        draws: jax.Array,
        banned: jax.Array,
    ) -> tuple[jax.Array, jax.Array]:
        scores = network.logits(weights, shape, inputs)  # (m, C, V)
        chances = jax.nn.softmax(scores)
        chance = jnp.take_along_axis(chances, targets[..., None], axis=-1)[..., 0]
        ends = jnp.cumsum(jnp.where(banned, 0.0, chances), axis=-1)
        new = (ends <= draws[..., None] * ends[..., -1:]).sum(axis=-1)
        return jnp.minimum(new, scores.shape[-1] - 1), chance

    compiled: Callable[..., tuple[jax.Array, jax.Array]] = jax.jit(drawn)
    return compiled
