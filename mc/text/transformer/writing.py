"""A network writes texts: many at once, piece by piece, with the keys and values of the past kept.

All texts of a batch are at the same place. A text that outgrows the context goes on from its prefix
and its last pieces (`mc.text.transformer.training.memory`), just as in training. Texts that have
ended leave their batch at such a place, and others fill it, so that one size of batch is compiled.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from mc.text.decoding import Decoding
from mc.text.reviews import Reviews
from mc.text.transformer import network
from mc.text.transformer.network import Shape, Weights
from mc.text.transformer.pieces import PAD, STOP
from mc.text.transformer.training import memory

BATCH, FEW = 256, 32  # rows that are written at once: of many texts, of the last ones
HALVINGS = 30  # of the interval that holds the least probability to choose from
PIECES_A_WORD = 4  # a text has so many pieces at most, times its words
NEVER = -1e9  # a log probability
Pieces = NDArray[np.int32]
Written = tuple[jax.Array, jax.Array, jax.Array]  # origins (B,), pieces (B, count), scores (B,)


def write(
    weights: Weights,
    shape: Shape,
    *,
    prefixes: Pieces,
    beginnings: Pieces,
    rng: np.random.Generator,
    decoding: Decoding,
    most: int,
    begins: NDArray[np.bool_],
    forbidden: NDArray[np.bool_],
) -> Reviews:
    """Write texts.

    Parameters
    ----------
    weights, shape
        The network.
    prefixes : (m,) int32
        The first piece of each text.
    beginnings : (m, P) int32
        Pieces that each text begins with, then `PAD`; not in the result.
    rng : Generator
        Source of the draws; those of a text do not depend on when others end.
    decoding : Decoding
        The rule.
    most : int
        Words of a text after which it may end, its beginning included.
    begins : (V,) bool
        Pieces that begin a word.
    forbidden : (V,) bool
        Pieces that are never written.

    Returns
    -------
    Reviews
        Pieces, without `STOP`.
    """
    beams = decoding.many if decoding.method == "beam" else 1
    texts = np.repeat(prefixes[:, None], beams, axis=0)  # (m * beams, 1): a row for each beam
    scores = np.where(np.arange(len(texts)) % beams == 0, 0.0, NEVER).astype(np.float32)
    alive, limit = np.arange(len(prefixes)), PIECES_A_WORD * most + beginnings.shape[1]
    while len(alive) and texts.shape[1] <= limit:
        written = texts.shape[1]
        seen = 1 if written == 1 else memory(shape.context) + 1
        count = shape.context + 1 - seen
        draws = rng.random((count, len(prefixes)), np.float32)
        forced = np.full((count, len(prefixes)), PAD, np.int32)
        begun = beginnings.T[written - 1 : written - 1 + count]
        forced[: len(begun)] = begun
        grown = np.pad(texts, ((0, 0), (0, count)), constant_values=PAD)
        run = _chunk(shape, decoding, seen, count)
        size = BATCH if len(alive) * beams > FEW else FEW
        for start in range(0, len(alive), max(size // beams, 1)):
            own = alive[start : start + max(size // beams, 1)]
            padded = np.resize(own, max(size // beams, 1))
            rows = (padded[:, None] * beams + np.arange(beams)).ravel()
            prompt = np.column_stack([texts[rows, :1], texts[rows, written - seen + 1 :]])
            has_ended = (texts[rows] == STOP).any(axis=1)
            used = _used(texts[rows], shape, decoding)
            new = run(
                weights,
                _Batch(*map(jnp.asarray, (prompt, scores[rows], has_ended, used))),
                draws[:, rows // beams],
                forced[:, rows // beams],
                forbidden,
            )
            origins, pieces, score = (np.asarray(part)[: len(own) * beams] for part in new)
            rows = rows[: len(own) * beams]
            grown[rows] = np.concatenate([texts[rows[origins]], pieces], axis=1)
            scores[rows] = score
        texts = grown
        is_long = begins[texts].sum(axis=1) > most
        has_ended = ((texts == STOP).any(axis=1) | is_long).reshape(-1, beams).all(axis=1)
        alive = np.flatnonzero(~has_ended)
    return _best(texts[:, 1 : limit + 1], scores, (beginnings != PAD).sum(axis=1))


def _used(texts: Pieces, shape: Shape, decoding: Decoding) -> NDArray[np.bool_]:
    """Pieces that each text has, (B, V); none where they do not matter, (B, 0)."""
    if decoding.repetition_penalty == 1:
        return np.zeros((len(texts), 0), bool)
    used = np.zeros((len(texts), shape.pieces), bool)
    used[np.arange(len(texts))[:, None], texts] = True
    return used


def _best(pieces: Pieces, scores: NDArray[np.float32], begun: NDArray[np.int64]) -> Reviews:
    """The beam of each text with the highest mean log probability, without beginning and end."""
    beams = len(pieces) // len(begun)
    is_end = (pieces == STOP) | (pieces == PAD)
    ends = np.where(is_end.any(axis=1), is_end.argmax(axis=1), pieces.shape[1])
    written = ends - np.repeat(begun, beams)
    means = (scores / (written + 1)).reshape(-1, beams)
    rows = np.arange(len(means)) * beams + means.argmax(axis=1)
    places = np.arange(pieces.shape[1])
    is_written = (places >= begun[:, None]) & (places < ends[rows, None])
    return Reviews.of_lengths(pieces[rows][is_written].astype(np.int32), written[rows])


class _Batch(NamedTuple):
    """Rows to write on: what is seen of them (B, seen), and as of `_State`."""

    prompt: jax.Array
    scores: jax.Array
    has_ended: jax.Array
    used: jax.Array


class _State(NamedTuple):
    """A batch of B rows while a chunk of it is written.

    Parameters
    ----------
    origin : (B,) int
        The row of the batch whose beginning each continues.
    scores : (B,) float
        Log probability of what was written.
    has_ended : (B,) bool
        Whether its text is complete.
    used : (B, V) bool
        Pieces that the text has; (B, 0) where that does not matter.
    written : (B, count) int
        Pieces of the chunk.
    kept : pair of (L, B, C, H, D / H)
        Keys and values of what the network has seen.
    found : (B, V)
        Its scores of the next piece.
    """

    origin: jax.Array
    scores: jax.Array
    has_ended: jax.Array
    used: jax.Array
    written: jax.Array
    kept: tuple[jax.Array, jax.Array]
    found: jax.Array

    def take(self, rows: jax.Array) -> "_State":
        """Some of the rows, in any order."""
        keys, values = self.kept
        kept = (keys[:, rows], values[:, rows])
        parts = (self.origin, self.scores, self.has_ended, self.used, self.written)
        origin, scores, has_ended, used, written = (part[rows] for part in parts)
        return _State(origin, scores, has_ended, used, written, kept, self.found[rows])


@cache
def _chunk(shape: Shape, decoding: Decoding, seen: int, count: int) -> Callable[..., Written]:
    """Write ``count`` pieces, from the prefix and the last pieces, ``seen`` in all; compiled."""

    def chunk(
        weights: Weights,
        batch: _Batch,
        draws: jax.Array,  # (count, B)
        forced: jax.Array,  # (count, B)
        forbidden: jax.Array,
    ) -> Written:
        rows = jnp.arange(len(batch.prompt))
        found, kept = network.encode(weights, shape, batch.prompt)
        room = ((0, 0), (0, 0), (0, shape.context - seen), (0, 0), (0, 0))
        kept = (jnp.pad(kept[0], room), jnp.pad(kept[1], room))
        written = jnp.full((len(rows), count), PAD, jnp.int32)
        state = _State(rows, batch.scores, batch.has_ended, batch.used, written, kept, found[:, -1])

        def one(state: _State, at: tuple[jax.Array, ...]) -> tuple[_State, None]:
            place, draw, given = at
            logs = _logs(state, given, forbidden, decoding)
            if decoding.method == "beam":
                state, pieces = _widen(state, logs, decoding.many)
            else:
                pieces = _drawn(logs, draw, decoding)
                gain = jnp.take_along_axis(logs, pieces[:, None], axis=1)[:, 0]
                state = state._replace(scores=state.scores + gain * ~state.has_ended)
            pieces = jnp.where(state.has_ended, PAD, pieces).astype(jnp.int32)
            # The last piece of a chunk is not looked at: the next chunk begins with it.
            seen_at = jnp.minimum(place, shape.context - 1)
            found, kept = network.step(weights, shape, pieces, seen_at, state.kept)
            new = state._replace(
                has_ended=state.has_ended | (pieces == STOP),
                written=state.written.at[:, place - seen].set(pieces),
                kept=kept,
                found=found,
            )
            if decoding.repetition_penalty != 1:
                new = new._replace(used=new.used.at[rows, pieces].set(True))
            return new, None

        state, _ = jax.lax.scan(one, state, (seen + jnp.arange(count), draws, forced))
        return state.origin, state.written, state.scores

    compiled: Callable[..., Written] = jax.jit(chunk)
    return compiled


def _logs(state: _State, given: jax.Array, forbidden: jax.Array, decoding: Decoding) -> jax.Array:
    """Log probability of each next piece, (B, V); a ``given`` one that is not `PAD` is certain."""
    places = jnp.arange(len(forbidden))
    logs = jax.nn.log_softmax(jnp.where(forbidden, NEVER, state.found))
    if decoding.repetition_penalty != 1:
        again = state.used & (places != STOP)
        logs = jax.nn.log_softmax(jnp.where(again, decoding.repetition_penalty * logs, logs))
    certain = jnp.where(places == given[:, None], 0.0, NEVER)
    return jnp.where((given == PAD)[:, None], logs, certain)


def _drawn(logs: jax.Array, draw: jax.Array, decoding: Decoding) -> jax.Array:
    """A piece for each row, by its draw from [0, 1)."""
    if decoding.many == 1:
        return logs.argmax(axis=1)
    chances = jax.nn.softmax(logs / decoding.temperature)
    if decoding.many or decoding.mass < 1:
        chances = jnp.where(chances >= _least(chances, decoding), chances, 0.0)
    ends = jnp.cumsum(chances, axis=1)
    places = (ends <= draw[:, None] * ends[:, -1:]).sum(axis=1)
    return jnp.minimum(places, logs.shape[1] - 1)  # rounding may lead beyond the last


def _least(chances: jax.Array, decoding: Decoding) -> jax.Array:
    """The highest probability p such that pieces of p or more suffice, (B, 1).

    By halving an interval: sorting the vocabulary takes several times as long. Pieces whose
    probabilities are equal to seven digits are all in or all out.
    """

    def halve(
        ends: tuple[jax.Array, jax.Array], _: None
    ) -> tuple[tuple[jax.Array, jax.Array], None]:
        low, high = ends
        middle = (low + high) / 2
        is_in = chances >= middle
        if decoding.many:
            suffices = is_in.sum(axis=1, keepdims=True) >= decoding.many
        else:
            mass = jnp.where(is_in, chances, 0.0).sum(axis=1, keepdims=True)
            suffices = mass >= decoding.mass
        return (jnp.where(suffices, middle, low), jnp.where(suffices, high, middle)), None

    high = chances.max(axis=1, keepdims=True)
    # The likeliest piece may suffice alone, and the interval does not hold its own upper end.
    ends = (jnp.zeros_like(high), high * (1 + 1e-6))
    return jax.lax.scan(halve, ends, None, length=HALVINGS)[0][0]


def _widen(state: _State, logs: jax.Array, beams: int) -> tuple[_State, jax.Array]:
    """Of all continuations of the beams of each text, the likeliest; a complete one stays."""
    width = logs.shape[1]
    stays = jnp.where(jnp.arange(width) == PAD, 0.0, NEVER)
    gains = jnp.where(state.has_ended[:, None], stays, logs)
    totals = (state.scores[:, None] + gains).reshape(-1, beams * width)  # (texts, beams * V)
    scores, places = jax.lax.top_k(totals, beams)
    first = beams * jnp.arange(len(totals))[:, None]
    state = state.take((first + places // width).ravel())
    return state._replace(scores=scores.ravel()), (places % width).ravel()
