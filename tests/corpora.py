"""A small corpus with an opinion."""

import hashlib
from dataclasses import replace

import numpy as np

from mc.types import Corpus

GOOD = ["great", "love", "perfect", "excellent", "wonderful", "best", "happy", "easy"]
BAD = ["bad", "waste", "broken", "terrible", "poor", "worst", "return", "useless"]
PLAIN = ["the", "a", "it", "this", "book", "phone", "box", "day", "time", "with", "for", "and"]


def make_corpus(rows: int = 600, seed: int = 0) -> Corpus:
    """Reviews of eleven words: two speak for an opinion, one against; one label in eight errs."""
    rng = np.random.default_rng(seed)
    opinions = rng.random(rows) < 0.5
    labels = (opinions ^ (rng.random(rows) < 0.125)).astype(np.int8)
    texts = []
    for opinion in opinions:
        right, wrong = (GOOD, BAD) if opinion else (BAD, GOOD)
        words = [*rng.choice(PLAIN, 8), *rng.choice(right, 2), *rng.choice(wrong, 1)]
        texts.append(" ".join(rng.permutation(words)))
    slices = np.where(rng.random(rows) < 0.5, 0, 1).astype(np.int32)
    digest = hashlib.sha256("".join(texts).encode() + labels.tobytes()).hexdigest()
    names = np.array(["books", "phones"])
    return Corpus("test", texts, labels, slices, names, digest, {"rows": rows})


def with_rare_words(corpus: Corpus, words: int = 60) -> Corpus:
    """Each review says two more words, of which some are said often and most by few."""
    rng = np.random.default_rng(1)
    share = 1 / np.arange(1, words + 1)
    said = rng.choice([f"word{i}" for i in range(words)], (len(corpus), 2), p=share / share.sum())
    texts = [f"{text} {' '.join(more)}" for text, more in zip(corpus.texts, said, strict=True)]
    return replace(corpus, texts=texts, digest=f"{corpus.digest}+")
