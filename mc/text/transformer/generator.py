"""A trained transformer as a generator of texts, see `mc.text.generators`."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from mc.randomness import stream
from mc.text.decoding import Decoding
from mc.text.generators import LONGEST, Generator
from mc.text.generators.transformer import Parameters
from mc.text.reviews import Reviews
from mc.text.transformer import editing, network, writing
from mc.text.transformer.network import Shape
from mc.text.transformer.pieces import PAD, Pieces
from mc.text.transformer.training import Schedule, log_probabilities, train, windows
from mc.types import Array, Labels

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TransformerGenerator:
    """A trained network and its pieces of words.

    Parameters
    ----------
    pieces : Pieces
        Its vocabulary.
    shape : Shape
        Sizes of the network.
    weights : mapping of str to array
        The network.
    """

    pieces: Pieces
    shape: Shape
    weights: Mapping[str, Array]

    def write(
        self,
        labels: Labels,
        rng: np.random.Generator,
        decoding: Decoding,
        beginnings: NDArray[np.int32] | None = None,
        most: int = LONGEST,
    ) -> Reviews:
        """Write texts; beginnings are cut to the same number of pieces."""
        many = len(labels)
        given = np.empty((0, many), np.int32) if beginnings is None else beginnings
        begun = Reviews.of_lengths(given.T.ravel(), np.full(many, len(given)))
        pieces = self.pieces.of_words.take(begun.tokens.astype(np.int64))
        texts = writing.write(
            _on_device(self.weights),
            self.shape,
            prefixes=self.pieces.prefix(labels),
            beginnings=_rows(Reviews(pieces.tokens, pieces.starts[begun.starts])),
            rng=rng,
            decoding=decoding,
            most=most + len(given),
            begins=self.pieces.begins_word,
            forbidden=self.pieces.is_never_written,
        )
        return self.pieces.decode(texts).cut(most)

    def log_probability(self, reviews: Reviews, labels: Labels) -> Floats:
        """Log probability of each word, and of the end after each text, (N + n,), in nats.

        That of a word is the sum over its pieces, as this encoding cuts it.
        """
        data = windows(self.pieces.encode(reviews), self.pieces.prefix(labels), self.shape.context)
        logs = log_probabilities(_on_device(self.weights), self.shape, data)
        lengths = self.pieces.word_lengths(reviews)
        return np.add.reduceat(logs, np.cumsum(lengths) - lengths)

    def edit(
        self, reviews: Reviews, labels: Labels, threshold: float, rng: np.random.Generator
    ) -> tuple[Reviews, float]:
        """Draw pieces anew that are too likely, see `mc.text.transformer.editing.edit`."""
        pieces = self.pieces.encode(reviews)
        data = windows(pieces, self.pieces.prefix(labels), self.shape.context)
        drawn, share = editing.edit(
            _on_device(self.weights),
            self.shape,
            data,
            threshold=threshold,
            forbidden=self.pieces.is_never_written,
            rng=rng,
        )
        changed = np.add.reduceat(drawn != pieces.tokens, pieces.starts[:-1]) > 0
        edited = self.pieces.decode(Reviews(drawn, pieces.starts))
        return reviews.replaced(edited, changed), share

    def arrays(self) -> Mapping[str, Array]:
        """Weights, sizes and pieces."""
        return {
            **{f"weights/{name}": at for name, at in self.weights.items()},
            "shape": np.array(astuple(self.shape)),
            "pieces/names": self.pieces.names,
            "pieces/words": self.pieces.words,
            "pieces/tokens": self.pieces.of_words.tokens,
            "pieces/starts": self.pieces.of_words.starts,
            "pieces/classes": np.array(self.pieces.classes),
        }


def _on_device(weights: Mapping[str, Array]) -> dict[str, jax.Array]:
    return {name: jnp.asarray(at) for name, at in weights.items()}


def _rows(pieces: Reviews) -> NDArray[np.int32]:
    """Texts as rows that are filled with `PAD`."""
    places = np.arange(pieces.lengths.max(initial=0))
    is_there = places < pieces.lengths[:, None]
    rows = np.full(is_there.shape, PAD, np.int32)
    rows[is_there] = pieces.tokens
    return rows


def fit(
    reviews: Reviews,
    labels: Labels,
    words: NDArray[np.str_],
    *,
    seed: int,
    previous: Generator | None,
    weights: Floats | None = None,
    given: Parameters,
) -> TransformerGenerator:
    """Train a network; see `mc.text.generators`."""
    rng = stream(seed, "transformer")
    before = previous if isinstance(previous, TransformerGenerator) else None
    pieces = before.pieces if before else Pieces.learn(reviews, words, given.pieces)
    shape = Shape(len(pieces.names), given.context, given.width, given.layers, given.heads)
    start = network.initial(shape, jax.random.key(int(rng.integers(2**31))))
    if before and given.warm_start:
        start = _on_device(before.weights)
    schedule = Schedule(given.epochs, given.learning_rate, given.weight_decay, given.batch)
    data = windows(pieces.encode(reviews), pieces.prefix(labels), shape.context)
    if weights is not None:
        data[2][data[2] > 0] = np.repeat(weights, pieces.word_lengths(reviews))
    trained = train(start, shape, data, schedule=schedule, rng=rng)
    return TransformerGenerator(
        pieces, shape, {name: np.asarray(at) for name, at in trained.items()}
    )


def restore(arrays: Mapping[str, Array]) -> TransformerGenerator:
    """A generator from its `TransformerGenerator.arrays`."""
    of_words = Reviews(arrays["pieces/tokens"], arrays["pieces/starts"])
    names, words = arrays["pieces/names"], arrays["pieces/words"]
    prefix = "weights/"
    weights = {
        name.removeprefix(prefix): at for name, at in arrays.items() if name.startswith(prefix)
    }
    return TransformerGenerator(
        Pieces(names, words, of_words, int(arrays["pieces/classes"])),
        Shape(*arrays["shape"].tolist()),
        weights,
    )
