"""Trains a network on texts: windows of pieces, AdamW, warm-up and cosine decay."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from mc.text.reviews import Reviews
from mc.text.transformer import network
from mc.text.transformer.network import Shape, Weights
from mc.text.transformer.pieces import PAD

Windows = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]
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
        Draws the order of the windows.
    """
    steps = max(round(schedule.epochs * len(data[0]) / schedule.batch), 1)
    step, start = _step(shape, schedule.weight_decay)
    weights = jax.tree.map(jnp.array, dict(weights))  # a copy, since each step frees the last
    state, rates = start(weights), schedule.rates(steps)
    for place, rows in enumerate(_batches(len(data[0]), schedule.batch, steps, rng)):
        inputs, targets, counts = (part[rows] for part in data)
        weights, state = step(weights, state, rates(place), inputs, targets, counts)
    return weights


def log_probabilities(
    weights: Weights, shape: Shape, data: Windows, batch: int = 64
) -> NDArray[np.float64]:
    """Log probability of each piece that windows predict, in their order, in nats."""
    found = []
    for start in range(0, len(data[0]), batch):
        inputs, targets, counts = (part[start : start + batch] for part in data)
        missing = batch - len(inputs)  # one shape alone is compiled
        padded = [np.pad(part, ((0, missing), (0, 0))) for part in (inputs, targets)]
        logs = np.asarray(_known(shape)(weights, *padded), np.float64)[: len(inputs)]
        found.append(logs[counts > 0])
    return np.concatenate(found)


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

    def logs(weights: Weights, inputs: jax.Array, targets: jax.Array) -> jax.Array:
        return _logs(weights, shape, inputs, targets)

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

    def loss(weights: Weights, *data: jax.Array) -> jax.Array:
        inputs, targets, counts = data
        logs = _logs(weights, shape, inputs, targets)
        return -(logs * counts).sum() / jnp.maximum(counts.sum(), 1e-9)

    def step(weights: Weights, state: optax.OptState, rate: jax.Array, *data: jax.Array) -> Step:
        changes, state = optimiser.update(jax.grad(loss)(weights, *data), state, weights)
        return optax.apply_updates(weights, jax.tree.map(lambda at: -rate * at, changes)), state

    return jax.jit(step, donate_argnums=(0, 1)), optimiser.init


def _decays(weights: Weights) -> dict[str, bool]:
    """Whether weight decay applies: not to the scales of normalisation."""
    return {name: not name.startswith("scale") for name in weights}


def _logs(weights: Weights, shape: Shape, inputs: jax.Array, targets: jax.Array) -> jax.Array:
    """Log probability of each target, (m, C)."""
    scores = network.logits(weights, shape, inputs)
    chosen = jnp.take_along_axis(scores, targets[..., None], axis=-1)[..., 0]
    return chosen - jax.nn.logsumexp(scores, axis=-1)
