"""A review simulator: measured English words, known label probabilities, no download.

Draws reviews from the model in ``_review_model.py``, and computes the true probabilities of their
labels.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mc.data.datasets import _review_model as model
from mc.data.datasets._review_model import (
    MAX_LENGTH,
    MIN_LENGTH,
    OPINION,
    STANCES,
    TOPIC,
    Parameters,
)
from mc.data.texts import Texts
from mc.errors import ParameterError
from mc.randomness import stream
from mc.settings import unknown
from mc.types import REVIEW_CLASSES, Corpus, Labels, Probabilities

VERSION = 2  # raise when a change makes other reviews of the same parameters
BLOCK = 4096  # reviews from one random stream


class Chunk(NamedTuple):
    """m consecutive reviews."""

    texts: list[str]  # lower-case words, separated by one space
    labels: Labels  # (m,)
    groups: NDArray[np.str_]  # (m,) topics
    opinions: Labels  # (m,) labels before noise
    stances: NDArray[np.float64]  # (m,) among STANCES, praise positive


def load(**given: Any) -> Corpus:
    """Simulate a corpus; a smaller corpus is the beginning of a larger one.

    Parameters
    ----------
    **given
        Some of `Parameters`; the others take their defaults.

    Raises
    ------
    ParameterError
        When a parameter is unknown or out of range.
    """
    identity = fingerprint(**given)
    topics = model.tables().topics
    places = {topic: place for place, topic in enumerate(topics)}
    labels, slices = [], []

    def texts() -> Iterator[list[str]]:
        for chunk in chunks(**given):
            labels.append(chunk.labels)
            slices.append(np.array([places[topic] for topic in chunk.groups.tolist()], np.int32))
            yield chunk.texts

    written, settings = Texts.write(texts()), Parameters.read(given)
    by_topic = settings.target == TOPIC
    return Corpus(
        name="simulated",
        texts=written,
        labels=np.concatenate(slices).astype(np.int8) if by_topic else np.concatenate(labels),
        slices=np.concatenate(slices),
        slice_names=np.array(topics),
        digest=hashlib.sha256(identity.encode()).hexdigest(),
        counts={"rows": len(written)},
        classes=topics[: settings.topics] if by_topic else REVIEW_CLASSES,
    )


def fingerprint(**given: object) -> str:
    """Tell the identity of a corpus without making it: parameters, tables and version."""
    parameters = Parameters.read(given).values()
    if parameters["target"] == OPINION:
        del parameters["target"]  # as in earlier versions
    return json.dumps(["simulated", VERSION, model.tables().digest, parameters])


def chunks(rows_per_chunk: int = 10_000, **given: object) -> Iterator[Chunk]:
    """Simulate a corpus chunk by chunk; the reviews do not depend on the chunk size.

    Parameters
    ----------
    rows_per_chunk : int
        Reviews of each chunk but the last.
    **given
        As for `load`.
    """
    if rows_per_chunk < 1:
        raise ParameterError(f"rows_per_chunk={rows_per_chunk} must be at least 1")
    settings = Parameters.read(given)
    searches: dict[int, NDArray[np.float64]] = {}
    held: Chunk | None = None
    for block in range(-(-settings.rows // BLOCK)):
        drawn = _draw_block(settings, block, searches)
        held = drawn if held is None else _join(held, drawn)
        whole = len(held.texts) // rows_per_chunk * rows_per_chunk
        yield from (_part(held, at, at + rows_per_chunk) for at in range(0, whole, rows_per_chunk))
        held = _part(held, whole, len(held.texts))
    if held is not None and held.texts:
        yield held


def vocabulary() -> NDArray[np.str_]:
    """Words that the simulator uses, (V,)."""
    return model.tables().words


def word_distribution(topic: str, stance: float, **given: object) -> NDArray[np.float64]:
    """True probability of each word of `vocabulary` in one kind of review.

    Parameters
    ----------
    topic : str
        A value of the corpus's ``groups``.
    stance : float
        Positive for praise, negative for complaint, 0 for no opinion.

    Returns
    -------
    (V,) float64, sums to 1
    """
    settings = Parameters.read(given)
    return model.distribution(settings, _topic_index(settings, topic), stance)


def true_posterior(
    texts: Sequence[str], groups: Sequence[str] | None = None, **given: object
) -> Probabilities:
    """True probability that each label is 1; no classifier can predict better.

    Sums over all stances, and over topics unless they are given; accounts for the number of
    words, their reuse and label noise. Ignores words outside `vocabulary`.

    Parameters
    ----------
    texts : sequence of m str
        Reviews, as `load` makes them.
    groups : sequence of m str, optional
        Their topics.

    Returns
    -------
    (m,) float64
    """
    settings = Parameters.read(given)
    words = model.all_distributions(settings)  # (T, S, V)
    column = {word: i for i, word in enumerate(vocabulary().tolist())}
    praise = np.empty(len(texts))
    for i, text in enumerate(texts):
        tokens = np.array([column[w] for w in text.lower().split() if w in column], np.int64)
        topic = None if groups is None else _topic_index(settings, groups[i])
        praise[i] = model.praise_probability(settings, words, tokens, topic)
    return settings.label_noise + (1 - 2 * settings.label_noise) * praise


def _topic_index(settings: Parameters, topic: str) -> int:
    known = model.tables().topics[: settings.topics]
    if topic not in known:
        raise unknown("topic", topic, known)
    return known.index(topic)


def _draw_block(
    settings: Parameters, block: int, searches: dict[int, NDArray[np.float64]]
) -> Chunk:
    """Draw one block, always whole, so that a smaller corpus begins as a larger one does."""
    rng = stream(settings.seed, "simulated", block)
    shares = model.cell_shares(settings)
    cell = rng.choice(shares.size, size=BLOCK, p=shares.ravel())
    topic, opinion = cell // 2, cell % 2  # (BLOCK,)
    length = _draw_lengths(settings, topic, opinion, rng)
    stance = _draw_stances(settings, length, opinion, rng)
    flipped = rng.random(BLOCK) < settings.label_noise
    tokens = _draw_tokens(settings, topic * len(STANCES) + stance, length, searches, rng)
    tokens = _repeat_earlier(tokens, length, settings.reuse, rng)
    whole = Chunk(
        texts=_to_texts(tokens, length),
        labels=np.where(flipped, 1 - opinion, opinion).astype(np.int8),
        groups=np.array(model.tables().topics)[topic],
        opinions=opinion.astype(np.int8),
        stances=STANCES[stance],
    )
    return _part(whole, 0, settings.rows - block * BLOCK)


def _draw_lengths(
    settings: Parameters,
    topic: NDArray[np.int64],
    opinion: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    mean, sd = (figure[topic, opinion] for figure in model.log_length(settings))
    drawn = np.exp(mean + sd * rng.standard_normal(len(topic)))
    lengths: NDArray[np.int64] = np.clip(drawn, MIN_LENGTH, MAX_LENGTH).astype(np.int64)
    return lengths


def _draw_stances(
    settings: Parameters,
    length: NDArray[np.int64],
    opinion: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Draw indices into ``STANCES``; some texts, mostly long ones, contradict their opinion."""
    mean = (2 * opinion - 1) * model.sharpness(settings, length)
    stance = mean + model.stance_sd(settings) * rng.standard_normal(len(length))
    nearest = np.rint((stance - STANCES[0]) / (STANCES[1] - STANCES[0]))
    stances: NDArray[np.int64] = np.clip(nearest, 0, len(STANCES) - 1).astype(np.int64)
    return stances


def _draw_tokens(
    settings: Parameters,
    kind: NDArray[np.int64],
    length: NDArray[np.int64],
    searches: dict[int, NDArray[np.float64]],
    rng: np.random.Generator,
) -> NDArray[np.int32]:
    """Draw all words, review after review, (N,), with one search for each topic and stance."""
    word_kind = np.repeat(kind.astype(np.int16), length)  # (N,)
    uniform = rng.random(len(word_kind))
    order = np.argsort(word_kind, kind="stable")  # a radix sort, for int16
    present, first = np.unique(word_kind[order], return_index=True)
    tokens = np.empty(len(word_kind), np.int32)
    for which, places in zip(present.tolist(), np.split(order, first[1:]), strict=True):
        if which not in searches:
            topic, stance = divmod(which, len(STANCES))
            cumulative = np.cumsum(model.distribution(settings, topic, STANCES[stance]))
            searches[which] = cumulative[
                :-1
            ]  # without the last sum, which rounding may leave below 1
        tokens[places] = np.searchsorted(searches[which], uniform[places], "right")
    return tokens


def _repeat_earlier(
    tokens: NDArray[np.int32], length: NDArray[np.int64], reuse: float, rng: np.random.Generator
) -> NDArray[np.int32]:
    """Replace a share of words by a random earlier word of the same review, (N,)."""
    place = np.arange(len(tokens))
    within = place - np.repeat(np.cumsum(length) - length, length)  # (N,) 0 for a first word
    repeats = (rng.random(len(tokens)) < reuse) & (within > 0)
    back = 1 + np.floor(rng.random(len(tokens)) * within).astype(np.int64)
    source = np.where(repeats, place - back, place)
    while True:  # a repeat may repeat a repeat: follow each chain to its fresh word
        further = source[source]
        if np.array_equal(further, source):
            return tokens[source]
        source = further


def _to_texts(tokens: NDArray[np.int32], length: NDArray[np.int64]) -> list[str]:
    spoken = vocabulary().astype(object)[tokens].tolist()  # (N,) references, no string is copied
    ends = np.cumsum(length).tolist()
    return [" ".join(spoken[a:b]) for a, b in zip([0, *ends], ends, strict=False)]


def _join(first: Chunk, second: Chunk) -> Chunk:
    return Chunk(
        texts=first.texts + second.texts,
        labels=np.concatenate([first.labels, second.labels]),
        groups=np.concatenate([first.groups, second.groups]),
        opinions=np.concatenate([first.opinions, second.opinions]),
        stances=np.concatenate([first.stances, second.stances]),
    )


def _part(chunk: Chunk, start: int, stop: int) -> Chunk:
    return Chunk(*(column[start:stop] for column in chunk))  # type: ignore[arg-type]
