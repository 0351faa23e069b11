"""Trains a network on texts: windows of pieces, AdamW, warm-up and cosine decay.

Short windows share a row of the network's context, and none sees another one: rows are full, so
that nothing is computed for places that hold no text.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from mc.text.reviews import Reviews
from mc.text.transformer import network
from mc.text.transformer.network import Shape, Weights
from mc.text.transformer.pieces import PAD
from mc.types import Array

Windows = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]
Places = NDArray[np.int64]
Step = tuple[Weights, optax.OptState]
Start = Callable[[Weights], optax.OptState]
FINAL_RATE = 0.1  # of the learning rate, at the end of the decay
MAX_NORM = 1.0  # gradients are clipped to it


@dataclass(frozen=True)
class Schedule:
    """How a network is trained.

    Parameters
    ----------
    epochs : float
        Times that each piece is learned from.
    learning_rate : float
        The highest, after a warm-up over a twentieth of all steps.
    weight_decay : float
        Of AdamW (Loshchilov & Hutter 2019).
    batch : int
        Windows a step.
    """

    epochs: float
    learning_rate: float
    weight_decay: float
    batch: int

    def rates(self, steps: int) -> optax.Schedule:
        """The learning rate at each step."""
        peak, warm_up = self.learning_rate, max(steps // 20, 1)
        return optax.warmup_cosine_decay_schedule(
            peak / warm_up, peak, warm_up, max(steps, warm_up + 1), FINAL_RATE * peak
        )


def memory(context: int) -> int:
    """Pieces that a later window of a long text repeats from the one before."""
    return context // 4


def windows(pieces: Reviews, prefixes: NDArray[np.int32], context: int) -> Windows:
    """Cut texts into windows; each piece is to be predicted in one of them.

    The first window of a text is its prefix and its beginning. Later ones are the prefix, the last
    pieces of the window before (`memory`), which are not predicted again, and what follows.

    Parameters
    ----------
    pieces : Reviews
        Texts as pieces, with their ends.
    prefixes : (n,) int32
        The first piece of each text, which is never predicted.
    context : int
        Pieces of a window, C.

    Returns
    -------
    inputs, targets, weights : (w, C)
        Text after text, window after window; weights are 1 where a target is to be predicted.
    """
    repeated, lengths = memory(context), pieces.lengths
    new = context - repeated  # pieces that a later window predicts
    many = 1 + np.maximum(-(-(lengths - context) // new), 0)  # (n,) windows of each text
    text = np.repeat(np.arange(len(pieces)), many)  # (w,)
    number = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    begins = np.where(number == 0, 0, context + (number - 1) * new - repeated)  # of the targets
    places = begins[:, None] + np.arange(context)  # (w, C) in the text
    is_there = places < lengths[text][:, None]
    where = np.where(is_there, pieces.starts[text][:, None] + places, 0)
    targets = np.where(is_there, pieces.tokens[where], PAD).astype(np.int32)
    inputs = np.concatenate([prefixes[text][:, None], targets[:, :-1]], axis=1)
    is_new = (np.arange(context) >= repeated) | (number == 0)[:, None]
    return inputs, targets, (is_there & is_new).astype(np.float32)


class Rows(NamedTuple):
    """Windows in rows of the context, (r, C) each.

    Parameters
    ----------
    inputs, targets, weights
        As of `windows`.
    texts : int32
        Number of the window within the row, from 1; 0 where there is none.
    places : int32
        Place within the window.
    """

    inputs: NDArray[np.int32]
    targets: NDArray[np.int32]
    weights: NDArray[np.float32]
    texts: NDArray[np.int32]
    places: NDArray[np.int32]

    def take(self, rows: Places) -> "Rows":
        """Some of the rows."""
        inputs, targets, weights, texts, places = self
        return Rows(inputs[rows], targets[rows], weights[rows], texts[rows], places[rows])


def packed(data: Windows) -> tuple[Rows, tuple[Places, Places]]:
    """Put windows into as few rows as best fit finds.

    Returns
    -------
    rows : Rows
        All windows.
    where : pair of (N,) int
        Row and column of each piece that is to be predicted, in the order of the windows.
    """
    inputs, targets, weights = data
    is_there = targets != PAD
    row, first, number = _best_fit(is_there.sum(axis=1), inputs.shape[1])
    within = np.arange(inputs.shape[1])
    at = (
        np.broadcast_to(row[:, None], inputs.shape)[is_there],
        (first[:, None] + within)[is_there],
    )
    size = (int(row.max(initial=-1)) + 1, inputs.shape[1])

    def spread(part: Array) -> Array:
        whole = np.zeros(size, part.dtype)
        whole[at] = np.broadcast_to(part, inputs.shape)[is_there]
        return whole

    texts, places = (part.astype(np.int32) for part in (number[:, None], within))
    rows = Rows(*map(spread, (inputs, targets, weights, texts, places)))
    is_predicted = weights[is_there] > 0
    return rows, (at[0][is_predicted], at[1][is_predicted])


def _best_fit(lengths: Places, context: int) -> tuple[Places, Places, Places]:
    """Row, first column and number within the row (from 1) of each window, longest first.

    Each window goes to the row with the least room that suffices (Johnson 1973, best fit
    decreasing).
    """
    row, first, number = (np.zeros(len(lengths), np.int64) for _ in range(3))
    with_room: list[list[tuple[int, int]]] = [[] for _ in range(context + 1)]  # rows, their windows
    rows = 0
    for window in np.argsort(-lengths, kind="stable").tolist():
        length = int(lengths[window])
        room = next((room for room in range(length, context) if with_room[room]), context)
        if room == context:
            own, before, rows = rows, 0, rows + 1
        else:
            own, before = with_room[room].pop()
        row[window], first[window], number[window] = own, context - room, before + 1
        with_room[room - length].append((own, before + 1))
    return row, first, number


def train(
    weights: Weights,
    shape: Shape,
    data: Windows,
    *,
    schedule: Schedule,
    rng: np.random.Generator,
) -> Weights:
    """Train a network.

    Parameters
    ----------
    weights : mapping
        Where it begins.
    shape : Shape
        Sizes of the network.
    data : Windows
        Of `windows`.
    schedule : Schedule
        How.
    rng : Generator
        Draws the order of the rows.
    """
    rows, _ = packed(data)
    many = len(rows.inputs)
    steps = max(round(schedule.epochs * many / schedule.batch), 1)
    step, start = _step(shape, schedule.weight_decay)
    weights = jax.tree.map(jnp.array, dict(weights))  # a copy, since each step frees the last
    state, rates = start(weights), schedule.rates(steps)
    for place, chosen in enumerate(_batches(many, schedule.batch, steps, rng)):
        weights, state = step(weights, state, rates(place), rows.take(chosen))
    return weights


def log_probabilities(
    weights: Weights, shape: Shape, data: Windows, batch: int = 64
) -> NDArray[np.float64]:
    """Log probability of each piece that windows predict, in their order, in nats."""
    rows, where = packed(data)
    many = len(rows.inputs)
    found = np.empty((many, shape.context))
    for start in range(0, many, batch):
        chosen = np.arange(start, start + batch) % many  # one shape alone is compiled
        logs = np.asarray(_known(shape)(weights, rows.take(chosen)), np.float64)
        found[start : start + batch] = logs[: many - start]
    return found[where]


def _batches(
    many: int, batch: int, steps: int, rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Rows of each step; each row comes once before any comes again."""
    waiting = np.empty(0, np.int64)
    for _ in range(steps):
        while len(waiting) < batch:
            waiting = np.concatenate([waiting, rng.permutation(many)])
        yield waiting[:batch]
        waiting = waiting[batch:]


@cache
def _known(shape: Shape) -> Callable[..., jax.Array]:
    """Log probabilities of targets, compiled."""

    def logs(weights: Weights, rows: Rows) -> jax.Array:
        return _logs(weights, shape, rows)

    compiled: Callable[..., jax.Array] = jax.jit(logs)
    return compiled


@cache
def _step(shape: Shape, weight_decay: float) -> tuple[Callable[..., Step], Start]:
    """One step of the optimiser, compiled, and its start."""
    optimiser = optax.chain(
        optax.clip_by_global_norm(MAX_NORM),
        optax.scale_by_adam(b2=0.99),
        optax.add_decayed_weights(weight_decay, mask=_decays),
    )

    def loss(weights: Weights, rows: Rows) -> jax.Array:
        logs = _logs(weights, shape, rows)
        return -(logs * rows.weights).sum() / jnp.maximum(rows.weights.sum(), 1e-9)

    def step(weights: Weights, state: optax.OptState, rate: jax.Array, rows: Rows) -> Step:
        changes, state = optimiser.update(jax.grad(loss)(weights, rows), state, weights)
        return optax.apply_updates(weights, jax.tree.map(lambda at: -rate * at, changes)), state

    return jax.jit(step, donate_argnums=(0, 1)), optimiser.init


def _decays(weights: Weights) -> dict[str, bool]:
    """Whether weight decay applies: not to the scales of normalisation."""
    return {name: not name.startswith("scale") for name in weights}


def _logs(weights: Weights, shape: Shape, rows: Rows) -> jax.Array:
    """Log probability of each target, (m, C)."""
    packing = (jnp.asarray(rows.texts), jnp.asarray(rows.places))
    scores = network.logits(weights, shape, jnp.asarray(rows.inputs), packing)
    chosen = jnp.take_along_axis(scores, rows.targets[..., None], axis=-1)[..., 0]
    return chosen - jax.nn.logsumexp(scores, axis=-1)
