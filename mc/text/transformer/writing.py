"""A network writes texts: many at once, piece by piece, with the keys and values of the past kept.

A text that outgrows the context goes on from its prefix and its last pieces
(`mc.text.transformer.training.memory`), just as in training. A text that has ended gives its place
to one that waits, so that few places are idle and one size of batch is compiled.
"""

from collections.abc import Callable
from functools import cache
from math import gcd
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from mc.text.decoding import Decoding
from mc.text.reviews import Reviews
from mc.text.transformer import network
from mc.text.transformer.network import Kept, Shape, Weights
from mc.text.transformer.pieces import PAD, STOP
from mc.text.transformer.training import memory
from mc.types import Array

ROWS = 64  # rows that are written at once; a quarter of them when no text waits any more
STRIDE = 8  # pieces that are written before ended texts give way to others
HALVINGS = 30  # of the interval that holds the least probability to choose from
PIECES_A_WORD = 4  # a text has so many pieces at most, times its words
NEVER = -1e9  # a log probability
NONE = -1  # a place where nothing is written
Pieces = NDArray[np.int32]
Places = NDArray[np.int64]
Marks = NDArray[np.bool_]
Written = tuple[Kept, tuple[jax.Array, jax.Array, jax.Array]]  # origins, pieces, scores


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
        Source of the draws; those of a text do not depend on others.
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
    limit = PIECES_A_WORD * most + beginnings.shape[1]
    desk = _Desk(prefixes, beginnings, beams, limit + 2 * shape.context)
    key, waiting = jax.random.key(int(rng.integers(2**31))), len(prefixes)
    texts = np.full(max(ROWS // beams, 1), NONE)  # what is written at each place
    kept = network.nothing_kept(shape, len(texts) * beams)
    count = gcd(STRIDE, shape.context)
    run = _stride(shape, decoding, count)
    while True:
        for free in np.flatnonzero(texts == NONE)[:waiting]:
            waiting -= 1
            texts[free] = waiting
        busy = np.flatnonzero(texts != NONE)
        if not len(busy):
            return _best(desk.texts[:, :limit], desk.scores, (beginnings != PAD).sum(axis=1))
        if not waiting and len(busy) <= len(texts) // 4:
            chosen = np.resize(busy, len(texts) // 4)
            rows = _rows(chosen, beams)
            texts, kept = texts[chosen], jax.tree.map(lambda at, rows=rows: at[rows], kept)
            texts[len(busy) :] = NONE
            busy = np.arange(len(busy))
        batch = desk.batch(_rows(texts, beams), count, _used_by(shape, decoding))
        kept, new = run(weights, kept, batch, key, forbidden)
        own = _rows(busy, beams)
        desk.add(_rows(texts[busy], beams), [np.asarray(part)[own] for part in new], shape)
        texts[busy[desk.are_complete(texts[busy], begins, most, limit)]] = NONE


def _rows(texts: Places, beams: int) -> Places:
    """The rows of some texts: one for each of their beams."""
    return (texts[:, None] * beams + np.arange(beams)).ravel()


def _used_by(shape: Shape, decoding: Decoding) -> Callable[[Pieces], Marks]:
    """Pieces that each text has, (B, V); none where they do not matter, (B, 0)."""

    def used(texts: Pieces) -> Marks:
        if decoding.repetition_penalty == 1:
            return np.zeros((len(texts), 0), bool)
        found = np.zeros((len(texts), shape.pieces), bool)
        found[np.arange(len(texts))[:, None], texts] = True
        return found

    return used


class _Desk:
    """Texts in the making: a row for each beam of each text, (R,) rows.

    Parameters
    ----------
    prefixes, beginnings
        As of `write`.
    beams : int
        Rows of a text.
    width : int
        Pieces that a row has room for.
    """

    def __init__(self, prefixes: Pieces, beginnings: Pieces, beams: int, width: int) -> None:
        many = len(prefixes) * beams
        self.beams = beams
        self.prefixes = np.repeat(prefixes, beams)
        self.texts = np.zeros((many, width), np.int32)  # `PAD`
        self.texts[:, : beginnings.shape[1]] = np.repeat(beginnings, beams, axis=0)
        self.scores = np.where(np.arange(many) % beams == 0, 0.0, NEVER).astype(np.float32)
        self.has_ended = np.zeros(many, bool)
        self.offsets = np.zeros(many, np.int64)  # pieces of the text that are before its window
        self.places = np.zeros(many, np.int64)  # pieces of the window that the network has seen
        self.lengths = np.zeros(many, np.int64)  # pieces that are known

    def batch(self, rows: Places, count: int, used: Callable[[Pieces], Marks]) -> "_Batch":
        """What the network needs of some rows to write ``count`` pieces; idle rows are below 0."""
        known = (self.offsets + self.places)[rows]
        last = np.where(known > 0, self.texts[rows, known - 1], PAD)
        pieces = np.where(self.places[rows] == 0, self.prefixes[rows], last)
        forced = self.texts[rows[:, None], known[:, None] + np.arange(count)]
        parts = (rows // self.beams, known, self.places[rows], pieces, forced.T)
        whole = (self.scores[rows], self.has_ended[rows] | (rows < 0), used(self.texts[rows]))
        return _Batch(*map(jnp.asarray, (*parts, *whole)))

    def add(self, rows: Places, new: list[Array], shape: Shape) -> None:
        """Take in pieces: the places within ``rows`` they continue, they, and all scores."""
        origins, pieces, scores = new
        if self.beams > 1:
            first = np.arange(len(rows)) // self.beams * self.beams
            source = rows[first + origins % self.beams]
            self.texts[rows], self.has_ended[rows] = self.texts[source], self.has_ended[source]
        count = pieces.shape[1]
        known = (self.offsets + self.places)[rows]
        self.texts[rows[:, None], known[:, None] + np.arange(count)] = pieces
        self.has_ended[rows] |= (pieces == STOP).any(axis=1)
        self.scores[rows] = scores
        self.lengths[rows] = np.maximum(self.lengths[rows], known + count)
        self.places[rows] += count
        is_full = rows[self.places[rows] == shape.context]
        self.offsets[is_full] += shape.context - memory(shape.context)
        self.places[is_full] = 0

    def are_complete(
        self, texts: Places, begins: NDArray[np.bool_], most: int, limit: int
    ) -> NDArray[np.bool_]:
        """Whether all beams of each text have ended, or are long enough."""
        rows = _rows(texts, self.beams)
        lengths = self.lengths[rows]
        is_long = begins[self.texts[rows, : lengths.max(initial=0)]].sum(axis=1) > most
        is_complete = self.has_ended[rows] | is_long | (lengths >= limit)
        return np.asarray(is_complete.reshape(-1, self.beams).all(axis=1))


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
    """Rows to write on, (B,) each unless stated.

    Parameters
    ----------
    texts, known : int
        Number of the text; pieces of it that are known.
    places, pieces : int
        Pieces of the window that the network has seen; the one that it sees next.
    forced : (count, B) int
        Pieces that are to come, `PAD` where the network chooses.
    scores, has_ended, used
        As of `_State`.
    """

    texts: jax.Array
    known: jax.Array
    places: jax.Array
    pieces: jax.Array
    forced: jax.Array
    scores: jax.Array
    has_ended: jax.Array
    used: jax.Array


class _State(NamedTuple):
    """A batch of B rows while it is written on.

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
        New pieces.
    kept : pairs of (B, H, C, D / H)
        Keys and values of what the network has seen.
    """

    origin: jax.Array
    scores: jax.Array
    has_ended: jax.Array
    used: jax.Array
    written: jax.Array
    kept: Kept

    def take(self, rows: jax.Array) -> "_State":
        """Some of the rows, in any order."""
        taken: _State = jax.tree.map(lambda at: at[rows], self)
        return taken


@cache
def _stride(shape: Shape, decoding: Decoding, count: int) -> Callable[..., Written]:
    """Write ``count`` pieces more; compiled."""

    def stride(
        weights: Weights, kept: Kept, batch: _Batch, key: jax.Array, forbidden: jax.Array
    ) -> Written:
        rows = jnp.arange(len(batch.pieces))
        written = jnp.full((len(rows), count), PAD, jnp.int32)
        start = _State(rows, batch.scores, batch.has_ended, batch.used, written, kept)

        def one(
            before: tuple[_State, jax.Array], at: tuple[jax.Array, jax.Array]
        ) -> tuple[tuple[_State, jax.Array], None]:
            (state, pieces), (number, given) = before, at
            found, kept = network.step(weights, shape, pieces, batch.places + number, state.kept)
            state = state._replace(kept=kept)
            logs = _logs(found, state.used, given, forbidden, decoding)
            if decoding.method == "beam":
                state, pieces = _widen(state, logs, decoding.many)
            else:
                draws = _draws(key, batch.texts, batch.known + number)
                pieces = _drawn(logs, draws, decoding)
                gain = jnp.take_along_axis(logs, pieces[:, None], axis=1)[:, 0]
                state = state._replace(scores=state.scores + gain * ~state.has_ended)
            pieces = jnp.where(state.has_ended, PAD, pieces).astype(jnp.int32)
            new = state._replace(
                has_ended=state.has_ended | (pieces == STOP),
                written=state.written.at[:, number].set(pieces),
            )
            if decoding.repetition_penalty != 1:
                new = new._replace(used=new.used.at[rows, pieces].set(True))
            return (new, pieces), None

        steps = (jnp.arange(count), batch.forced)
        (state, _), _ = jax.lax.scan(one, (start, batch.pieces.astype(jnp.int32)), steps)
        return state.kept, (state.origin, state.written, state.scores)

    compiled: Callable[..., Written] = jax.jit(stride, donate_argnums=1)
    return compiled


def _draws(key: jax.Array, texts: jax.Array, places: jax.Array) -> jax.Array:
    """A number in [0, 1) for each piece of each text, whatever else is written beside it."""

    def draw(text: jax.Array, place: jax.Array) -> jax.Array:
        return jax.random.uniform(jax.random.fold_in(jax.random.fold_in(key, text), place))

    return jax.vmap(draw)(texts, places)


def _logs(
    found: jax.Array, used: jax.Array, given: jax.Array, forbidden: jax.Array, decoding: Decoding
) -> jax.Array:
    """Log probability of each next piece, (B, V); a ``given`` one that is not `PAD` is certain."""
    places = jnp.arange(len(forbidden))
    logs = jax.nn.log_softmax(jnp.where(forbidden, NEVER, found))
    if decoding.repetition_penalty != 1:
        again = used & (places != STOP)
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
