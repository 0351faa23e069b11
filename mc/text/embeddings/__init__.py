"""Embeddings of texts as points: one file each, named by the file.

A file declares

``fit(texts, terms, words)``
    An `Embed` for all generations of a lineage: ``texts`` are the human ones of generation 0,
    ``terms`` (d,) the numbers of the words without punctuation, ``words`` (W,) the vocabulary.
    Deterministic.
``libraries``, ``extra`` (optional)
    As of `mc.text.extras.find`.
"""

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

from mc.text import extras

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mc.text.reviews import Reviews

    Embed = Callable[[Reviews], NDArray[np.floating]]  # n texts to (n, d); a row of zeros: none


def find(name: str) -> ModuleType:
    """The embedding of a name.

    Raises
    ------
    ParameterError
        When there is none, or its libraries are not installed.
    """
    return extras.find("embeddings", "embedding", name)
