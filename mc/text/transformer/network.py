"""The network: a decoder-only transformer of pre-normalised blocks, as pure functions of arrays.

Radford et al. (2019, GPT-2), without biases and dropout: learned positions, causal attention,
GELU, and an output layer that is the transposed embedding of the input.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import jax
import jax.numpy as jnp

Weights = Mapping[str, jax.Array]
Packing = tuple[jax.Array, jax.Array]
Kept = tuple[tuple[jax.Array, jax.Array], ...]
SPREAD = 0.02  # of initial weights; at 1, sums underflow to slow subnormal numbers on a CPU


@dataclass(frozen=True)
class Shape:
    """Sizes of a network.

    Parameters
    ----------
    pieces : int
        Size of the vocabulary, V.
    context : int
        Pieces that it sees at most, C.
    width : int
        Numbers that stand for a piece, D.
    layers : int
        Blocks, L.
    heads : int
        Attention heads of a block, H; a divisor of the width.
    """

    pieces: int
    context: int
    width: int
    layers: int
    heads: int

    @property
    def head_width(self) -> int:
        """Width of one head."""
        return self.width // self.heads


def initial(shape: Shape, key: jax.Array) -> dict[str, jax.Array]:
    """Random weights; those of all blocks are stacked."""
    D, L = shape.width, shape.layers
    inner = SPREAD / sqrt(2 * L)  # of layers that add to the residual stream, as in GPT-2
    spreads = {
        "pieces": ((shape.pieces, D), SPREAD),
        "positions": ((shape.context, D), SPREAD),
        "attend": ((L, D, 3 * D), SPREAD),
        "attended": ((L, D, D), inner),
        "widen": ((L, D, 4 * D), SPREAD),
        "narrow": ((L, 4 * D, D), inner),
    }
    keys = jax.random.split(key, len(spreads))
    weights = {
        name: spread * jax.random.normal(one, size)
        for one, (name, (size, spread)) in zip(keys, spreads.items(), strict=True)
    }
    return {
        **weights,
        "scale_attend": jnp.ones((L, D)),
        "scale_widen": jnp.ones((L, D)),
        "scale": jnp.ones(D),
    }


def logits(weights: Weights, shape: Shape, pieces: jax.Array, packing: Packing) -> jax.Array:
    """Scores of the next piece after each.

    Parameters
    ----------
    pieces : (m, T) int
        Beginnings of texts, T at most the context; a row may hold several.
    packing : pair of (m, T) int
        The number of the text within the row that each piece is of, and its place in that text.

    Returns
    -------
    (m, T, V)
    """
    T, (texts, places) = pieces.shape[1], packing
    is_past = jnp.tril(jnp.ones((T, T), bool)) & (texts[:, :, None] == texts[:, None, :])

    def block(x: jax.Array, one: Weights) -> tuple[jax.Array, None]:
        q, k, v = _heads(one, shape, _normal(x, one["scale_attend"]))  # (m, T, H, D / H)
        scores = jnp.einsum("mthd,mshd->mhts", q, k) / sqrt(shape.head_width)
        shares = jax.nn.softmax(jnp.where(is_past[:, None], scores, -1e9))
        seen = jnp.einsum("mhts,mshd->mthd", shares, v).reshape(x.shape)
        return _after(one, x, seen), None

    x = weights["pieces"][pieces] + weights["positions"][places]  # (m, T, D)
    x, _ = jax.lax.scan(block, x, _blocks(weights))
    return _normal(x, weights["scale"]) @ weights["pieces"].T


def nothing_kept(shape: Shape, rows: int) -> Kept:
    """Room for what `step` keeps."""
    size = (rows, shape.heads, shape.context, shape.head_width)
    return tuple((jnp.zeros(size), jnp.zeros(size)) for _ in range(shape.layers))


def step(
    weights: Weights, shape: Shape, pieces: jax.Array, places: jax.Array, kept: Kept
) -> tuple[jax.Array, Kept]:
    """The same for one more piece of each text.

    Parameters
    ----------
    pieces : (m,) int
        The pieces at ``places``.
    places : (m,) int
        How many pieces of the text are before them, less than the context.
    kept : pairs of (m, H, C, D / H)
        Keys and values of the pieces before, of each block: arrays of their own, so that a piece
        is added without a copy of the others.

    Returns
    -------
    (m, V), pairs of (m, H, C, D / H)
        Scores of the next piece; keys and values with those of ``pieces``.
    """
    rows, blocks = jnp.arange(len(pieces)), _blocks(weights)
    is_past = jnp.arange(shape.context) <= places[:, None, None]  # (m, 1, C)
    x = (weights["pieces"][pieces] + weights["positions"][places])[:, None]  # (m, 1, D)
    new = []
    for layer, (old_keys, old_values) in enumerate(kept):
        own = {name: at[layer] for name, at in blocks.items()}
        q, k, v = (part[:, 0] for part in _heads(own, shape, _normal(x, own["scale_attend"])))
        keys = old_keys.at[rows, :, places].set(k)  # (m, H, D / H)
        values = old_values.at[rows, :, places].set(v)
        scores = jnp.einsum("mhd,mhsd->mhs", q, keys) / sqrt(shape.head_width)
        shares = jax.nn.softmax(jnp.where(is_past, scores, -1e9))
        x = _after(own, x, jnp.einsum("mhs,mhsd->mhd", shares, values).reshape(x.shape))
        new.append((keys, values))
    return (_normal(x, weights["scale"]) @ weights["pieces"].T)[:, 0], tuple(new)


def _blocks(weights: Weights) -> Weights:
    names = ("attend", "attended", "widen", "narrow", "scale_attend", "scale_widen")
    return {name: weights[name] for name in names}


def _heads(one: Weights, shape: Shape, x: jax.Array) -> list[jax.Array]:
    """Queries, keys and values, (m, T, H, D / H) each."""
    parts = jnp.split(x @ one["attend"], 3, axis=-1)
    return [part.reshape(*x.shape[:2], shape.heads, shape.head_width) for part in parts]


def _after(one: Weights, x: jax.Array, seen: jax.Array) -> jax.Array:
    """The residual stream after attention and the inner layer."""
    x = x + seen @ one["attended"]
    return x + jax.nn.gelu(_normal(x, one["scale_widen"]) @ one["widen"]) @ one["narrow"]


def _normal(x: jax.Array, scale: jax.Array) -> jax.Array:
    """Layer normalisation without a shift (Ba et al. 2016)."""
    x = x - x.mean(axis=-1, keepdims=True)
    return scale * x * jax.lax.rsqrt((x * x).mean(axis=-1, keepdims=True) + 1e-5)
