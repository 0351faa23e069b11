"""Mean of pretrained word vectors, 256 numbers; needs the extra `text`.

WordLlama (Miller 2024, https://github.com/dleemiller/WordLlama): input embeddings of large language
models, reduced by training for sentence similarity. They know which words mean alike, and not the
order of words. Weights and tokenizer are files of the package, so that nothing is downloaded.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mc.text.reviews import Reviews
from mc.text.tokens import written
from mc.types import AnyModel, Rows

if TYPE_CHECKING:
    from mc.text.embeddings import Embed

libraries, extra = ("wordllama",), "text"
MODEL, DIMENSIONS = "l2_supercat", 256


def fit(texts: Reviews, terms: Rows, words: NDArray[np.str_]) -> "Embed":
    """Load the vectors; they are the same for all texts."""
    model = _model()

    def embed(reviews: Reviews) -> NDArray[np.floating]:
        parts = np.split(words[reviews.tokens], reviews.starts[1:-1])
        points = np.empty((len(reviews), DIMENSIONS), np.float32)
        # By length, since it fills up the texts of a batch to the longest: half the time.
        order = np.argsort(reviews.lengths, kind="stable")
        points[order] = model.embed([written(parts[row].tolist()) for row in order])
        return points

    return embed


@cache
def _model() -> AnyModel:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # a worker has one thread
    with _logging_untouched():
        import wordllama

    folder = Path(wordllama.__file__).parent  # it looks for its tokenizer in `cache_dir` only
    return wordllama.WordLlama.load(MODEL, cache_dir=folder, dim=DIMENSIONS, disable_download=True)


@contextmanager
def _logging_untouched() -> Iterator[None]:
    """Undo what a library's import does to the root logger: this one adds a handler."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
