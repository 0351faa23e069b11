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
from mc.text.transformer.training import Rows, Windows, packed

BATCH = 32  # rows at once: scores of all pieces at all places are in memory


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
    rows, where = packed(data)
    many = len(rows.inputs)
    draws = rng.random(rows.inputs.shape, np.float32)
    pieces, is_likely = rows.targets.copy(), np.zeros(rows.targets.shape, bool)
    for start in range(0, many, BATCH):
        chosen = np.arange(start, start + BATCH) % many  # one shape alone is compiled
        few = rows.take(chosen)
        new, chance = map(np.asarray, _drawn(shape)(weights, few, draws[chosen], banned))
        is_likely[chosen] = (chance >= threshold) & (few.targets != STOP)
        pieces[chosen] = np.where(is_likely[chosen], new, few.targets)
    return pieces[where].astype(np.int32), float(is_likely[where].mean())


@cache
def _drawn(shape: Shape) -> Callable[..., tuple[jax.Array, jax.Array]]:
    """A piece for each place, and the probability of the one that is there; compiled."""

    def drawn(
        weights: Weights, rows: Rows, draws: jax.Array, banned: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        packing = (jnp.asarray(rows.texts), jnp.asarray(rows.places))
        scores = network.logits(weights, shape, jnp.asarray(rows.inputs), packing)  # (m, C, V)
        chances = jax.nn.softmax(scores)
        chance = jnp.take_along_axis(chances, rows.targets[..., None], axis=-1)[..., 0]
        ends = jnp.cumsum(jnp.where(banned, 0.0, chances), axis=-1)
        new = (ends <= draws[..., None] * ends[..., -1:]).sum(axis=-1)
        return jnp.minimum(new, scores.shape[-1] - 1), chance

    compiled: Callable[..., tuple[jax.Array, jax.Array]] = jax.jit(drawn)
    return compiled
