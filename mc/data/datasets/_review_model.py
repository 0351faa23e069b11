"""The generative model of a simulated review: measured figures and exact probabilities.

Gives the probabilities of topics, lengths, stances and words, and hence of praise given a text;
``simulated.py`` draws from them. The formulas are in ``docs/simulated.md``.
"""

import csv
import hashlib
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import logsumexp, ndtr

from mc.errors import DataError
from mc.settings import OneOf, Settings
from mc.types import Array

Floats = NDArray[np.float64]

WORDS, TOPICS = (Path(__file__).with_name(name) for name in ("_words.csv", "_topics.csv"))
OPINION, TOPIC = "opinion", "topic"  # what is a review's class
STANCES: Floats = np.arange(-32, 33) / 8  # possible opinions of a review, praise positive
MIN_LENGTH, MAX_LENGTH = 2, 1000  # words of a review
MEDIAN_LENGTH = 44.0  # measured; at this `length` the tables apply unchanged
REFERENCE_SHARE = 3e-4  # of all words: the frequency at which `rarity` changes no log-odds


class Parameters(Settings):
    """What reviews are simulated."""

    rows: int = Field(120_000, ge=2, le=100_000_000, description="reviews to simulate")
    length: float = Field(
        MEDIAN_LENGTH, ge=2, le=500, description="typical (median) number of words of a review"
    )
    length_spread: float = Field(
        1.0, ge=0, le=2, description="spread of log length, in units of the measured one"
    )
    topics: int = Field(9, ge=1, le=9, description="product slices, the most frequent first")
    intensity: float = Field(
        1.23, ge=0, le=4, description="opinion of a typical review, in units of measured log-odds"
    )
    intensity_spread: float = Field(
        0.4, ge=0, le=2, description="spread of opinion between reviews, relative to intensity"
    )
    dilution: float = Field(
        0.3, ge=0, le=1, description="power of length by which long reviews weaken opinion"
    )
    evenness: float = Field(
        0.95, ge=0.1, le=2, description="power put on log-odds; below 1, weak words gain on strong"
    )
    rarity: float = Field(
        0.13, ge=0, le=0.5, description="power of frequency by which common words lose log-odds"
    )
    reuse: float = Field(
        0.1, ge=0, le=0.9, description="share of words that repeat an earlier one of the review"
    )
    label_noise: float = Field(
        0.005, ge=0, le=0.5, description="share of labels that contradict the text"
    )
    seed: int = Field(0, ge=0, le=2**31 - 1, description="which corpus")
    target: Annotated[str, OneOf((OPINION, TOPIC))] = Field(
        OPINION, description="classes: opinion (praise or complaint), or topic (product slice)"
    )


@dataclass(frozen=True)
class Tables:
    """Measured figures of V words and T topics.

    Parameters
    ----------
    words : (V,) str
    log_odds : (V,) float64
        Of a word in praise against complaint.
    word_shares : (T, V) float64, rows sum to 1
        Frequency of each word in a review without opinion.
    topics : tuple of T str
        The most frequent first.
    shares, log_length_mean, log_length_sd : (T, 2) float64
        By topic and opinion (0 complaint, 1 praise).
    digest : str
        Of the files.
    """

    words: NDArray[np.str_]
    log_odds: Floats
    word_shares: Floats
    topics: tuple[str, ...]
    shares: Floats
    log_length_mean: Floats
    log_length_sd: Floats
    digest: str


@cache
def tables() -> Tables:
    """Read the measured figures.

    Raises
    ------
    DataError
        When a file is missing or damaged.
    """
    words, topics = _read_csv(WORDS), _read_csv(TOPICS)
    names = tuple(dict.fromkeys(topics["topic"]))
    neutral = "5" * len(names)  # rare words carry no digits
    digits = np.array([list(map(int, lift or neutral)) for lift in words["topics"]])  # (V, T)
    weights = np.array(words["per_10_million"], float) * 2.0 ** (digits.T - 5)  # (T, V)
    by_opinion = {
        name: np.array(topics[name], float).reshape(len(names), 2)
        for name in ("share", "log_length_mean", "log_length_sd")
    }
    return Tables(
        words=np.array(words["word"]),
        log_odds=np.array(words["log_odds"], float),
        word_shares=weights / weights.sum(1, keepdims=True),
        topics=names,
        shares=by_opinion["share"],
        log_length_mean=by_opinion["log_length_mean"],
        log_length_sd=by_opinion["log_length_sd"],
        digest=hashlib.sha256(WORDS.read_bytes() + TOPICS.read_bytes()).hexdigest(),
    )


def _read_csv(path: Path) -> dict[str, list[str]]:
    try:
        with path.open(newline="", encoding="ascii") as file:
            header, *lines = csv.reader(file)
        columns = zip(*lines, strict=True)
        return {name: list(column) for name, column in zip(header, columns, strict=True)}
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path.name} cannot be read ({error}); restore it, or run scripts/measure_words.py"
        ) from None


def cell_shares(settings: Parameters) -> Floats:
    """Share of each topic and opinion, (T, 2), sums to 1; both opinions are equally frequent."""
    shares = tables().shares[: settings.topics]
    balanced: Floats = shares / shares.sum(0) / 2
    return balanced


def log_length(settings: Parameters) -> tuple[Floats, Floats]:
    """Mean and standard deviation of log length by topic and opinion, (T, 2) each."""
    mean = tables().log_length_mean[: settings.topics]
    sd = tables().log_length_sd[: settings.topics]
    return mean + math.log(settings.length / MEDIAN_LENGTH), settings.length_spread * sd


def sharpness(settings: Parameters, lengths: Array | float) -> Any:
    """Mean size of the stance of reviews of these lengths: long reviews dilute opinion."""
    return settings.intensity * (np.asarray(lengths) / settings.length) ** -settings.dilution


def stance_sd(settings: Parameters) -> float:
    """Standard deviation of the stance, whatever the length: few short reviews waver, many long."""
    return settings.intensity * settings.intensity_spread


@cache
def leanings(evenness: float, rarity: float) -> Floats:
    """Log-odds of each word that the simulator uses, (V,), from the measured ones."""
    odds = tables().log_odds
    even = np.sign(odds) * np.abs(odds) ** evenness
    commonness = tables().word_shares.mean(0) / REFERENCE_SHARE
    leaning: Floats = even * commonness**-rarity
    return leaning


def distribution(settings: Parameters, topic: int, stance: float) -> Floats:
    """Probability of each word in a review of one topic and stance, (V,)."""
    leaning = leanings(settings.evenness, settings.rarity)
    weights = tables().word_shares[topic] * np.exp(stance * leaning / 2)
    normal: Floats = weights / weights.sum()
    return normal


def all_distributions(settings: Parameters) -> Floats:
    """Probability of each word for every topic and stance, (T, S, V)."""
    rows = [[distribution(settings, t, s) for s in STANCES] for t in range(settings.topics)]
    return np.array(rows)


def praise_probability(
    settings: Parameters, words: Floats, tokens: NDArray[np.int64], topic: int | None
) -> float:
    """Probability that a review was written as praise, given its words in order.

    Parameters
    ----------
    words : (T, S, V) float64
        From `all_distributions`.
    tokens : (n,) int64
        Columns of ``words``, in the review's order.
    topic : int or None
        None sums over all topics.
    """
    length = min(max(len(tokens), MIN_LENGTH), MAX_LENGTH)
    which = slice(None) if topic is None else slice(topic, topic + 1)
    tiny = np.finfo(float).tiny
    prior = np.log(np.maximum(cell_shares(settings) * _length_share(settings, length), tiny))
    stance = np.log(np.maximum(_stance_shares(settings, length), tiny))  # (2, S)
    text = _log_likelihood(settings, words[which], tokens)  # (T, S)
    joint = prior[which, :, None] + stance + text[:, None, :]  # (T, 2, S)
    against, praise = logsumexp(joint, axis=(0, 2))
    return float(1 / (1 + np.exp(against - praise)))


def _length_share(settings: Parameters, length: int) -> Floats:
    """Probability of a length by topic and opinion, (T, 2): a rounded-down, clipped lognormal."""
    mean, sd = log_length(settings)
    sd = np.maximum(sd, 1e-9)
    low = -np.inf if length == MIN_LENGTH else math.log(length)
    high = np.inf if length == MAX_LENGTH else math.log(length + 1)
    share: Floats = ndtr((high - mean) / sd) - ndtr((low - mean) / sd)
    return share


def _stance_shares(settings: Parameters, length: int) -> Floats:
    """Probability of each stance by opinion, (2, S): a rounded, clipped normal."""
    mean = sharpness(settings, length) * np.array([[-1.0], [1.0]])
    sd = max(stance_sd(settings), 1e-9)
    inner = (STANCES[1:] + STANCES[:-1]) / 2
    edges = np.concatenate([[-np.inf], inner, [np.inf]])
    share: Floats = np.diff(ndtr((edges - mean) / sd), axis=1)
    return share


def _log_likelihood(settings: Parameters, words: Floats, tokens: NDArray[np.int64]) -> Floats:
    """Log probability of the words in their order, (T, S): each is new, or repeats one before."""
    earlier = np.maximum(np.arange(len(tokens)), 1)
    repeats = _occurrences_before(tokens) / earlier  # (n,) chance that a repeat is this word
    fresh = np.where(np.arange(len(tokens)) > 0, 1 - settings.reuse, 1.0)
    likelihood: Floats = np.log(fresh * words[:, :, tokens] + settings.reuse * repeats).sum(2)
    return likelihood


def _occurrences_before(tokens: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often each token occurs before its position, (n,)."""
    order = np.argsort(tokens, kind="stable")
    _, first, count = np.unique(tokens[order], return_index=True, return_counts=True)
    before = np.empty(len(tokens), np.int64)
    before[order] = np.arange(len(tokens)) - np.repeat(first, count)
    return before
