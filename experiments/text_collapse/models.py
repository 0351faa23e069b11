"""A writer as a model that MLflow loads: from classes to texts."""

from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mc.text.model import Level, Model
from mc.text.tokens import TokenCorpus, written
from mc.text.writing import Writer
from mc.tracking.models import ArrayWriter
from mc.types import Array

PARTS = tuple(each.name for each in fields(Level))


@dataclass(frozen=True, eq=False)
class TextWriter:
    """What a generation writes.

    Parameters
    ----------
    writer : Writer
        The generator.
    words : (width,) str
        Its vocabulary.
    """

    writer: Writer
    words: NDArray[np.str_]

    def predict(self, labels: ArrayLike, params: dict[str, int] | None = None) -> pd.Series:
        """A text for each class asked for: 0 negative, 1 positive; ``params`` may set a seed."""
        asked = np.asarray(labels, np.int8).ravel()
        seed = (params or {}).get("seed", 0)
        texts = self.writer.write(asked, np.random.default_rng(seed))
        ends = np.split(texts.tokens, texts.starts[1:-1])
        return pd.Series([written(self.words[tokens].tolist()) for tokens in ends])


@dataclass(frozen=True)
class WriterModels:
    """Keeps writers as arrays."""

    @property
    def trusted_types(self) -> tuple[str, ...]:
        """None beyond numpy's."""
        return ()

    def open(self, corpus: TokenCorpus) -> ArrayWriter:
        """A writer of models with the corpus's vocabulary."""
        return ArrayWriter("writer", __name__, partial(arrays_of, np.asarray(corpus.words)))


def arrays_of(words: NDArray[np.str_], writer: Writer) -> dict[str, Array]:
    """What is kept of a writer."""
    model = writer.model
    levels = {
        f"{length}/{part}": getattr(level, part)
        for length, level in enumerate(model.levels)
        for part in PARTS
    }
    settings = {"temperature": writer.temperature, "top_k": writer.top_k, "width": model.width}
    return {
        **levels,
        "words": words,
        **{name: np.array(value) for name, value in settings.items()},
    }


def _load_pyfunc(path: str) -> TextWriter:
    """Called by MLflow."""
    with np.load(Path(path), allow_pickle=False) as arrays:
        kept = dict(arrays)
    order = sum(name.endswith(f"/{PARTS[0]}") for name in kept)
    levels = [Level(**{part: kept[f"{n}/{part}"] for part in PARTS}) for n in range(order)]
    model = Model(levels, int(kept["width"]))
    writer = Writer(model, float(kept["temperature"]), int(kept["top_k"]))
    return TextWriter(writer, kept["words"])
