"""A generator as a model that MLflow loads: from classes to texts."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mc import plugins
from mc.text.decoding import Decoding
from mc.text.generators import Generator
from mc.text.tokens import TokenCorpus, written
from mc.tracking.models import ArrayWriter
from mc.types import Array


@dataclass(frozen=True, eq=False)
class TextWriter:
    """What a generation writes.

    Parameters
    ----------
    family : str
        Name of the plug-in that the generator comes from.
    generator : Generator
        What was trained.
    rule : Decoding
        How it chooses words.
    words : (width,) str
        Its vocabulary.
    """

    family: str
    generator: Generator
    rule: Decoding
    words: NDArray[np.str_]

    def predict(self, labels: ArrayLike, params: dict[str, int] | None = None) -> pd.Series:
        """A text for each class asked for: 0 negative, 1 positive; ``params`` may set a seed."""
        asked = np.asarray(labels, np.int8).ravel()
        seed = (params or {}).get("seed", 0)
        texts = self.generator.write(asked, np.random.default_rng(seed), self.rule)
        ends = np.split(texts.tokens, texts.starts[1:-1])
        return pd.Series([written(self.words[tokens].tolist()) for tokens in ends])


@dataclass(frozen=True)
class WriterModels:
    """Keeps generators as arrays."""

    @property
    def trusted_types(self) -> tuple[str, ...]:
        """None beyond numpy's."""
        return ()

    def open(self, corpus: TokenCorpus) -> ArrayWriter:
        """A writer of models."""
        return ArrayWriter("writer", __name__, arrays_of)


def arrays_of(writer: TextWriter) -> Mapping[str, Array]:
    """What is kept of a generation."""
    return {
        **writer.generator.arrays(),
        "writer/family": np.array(writer.family),
        "writer/rule": np.array([str(part) for part in astuple(writer.rule)]),
        "writer/words": np.asarray(writer.words),
    }


def _load_pyfunc(path: str) -> TextWriter:
    """Called by MLflow."""
    with np.load(Path(path), allow_pickle=False) as arrays:
        kept = dict(arrays)
    family = str(kept["writer/family"])
    method, *numbers = kept["writer/rule"].tolist()
    generator = plugins.load("generators", "generator", family).restore(kept)
    return TextWriter(
        family, generator, Decoding(method, *map(float, numbers)), kept["writer/words"]
    )
