"""Words to pieces and back: byte-pair encoding of the words that a corpus has.

Sennrich et al. (2016, "Neural machine translation of rare words with subword units"). Words are
those of `mc.text.tokens`, so that all generators write the same words and are comparable by word.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from mc.text.reviews import Reviews, Tokens
from mc.text.tokens import RARE, SPECIAL

PAD, STOP, UNKNOWN = range(3)  # special pieces: after a text's end, its end, a rare word
MARK = "▁"  # begins the first piece of a word
NAMES = ("<pad>", "<stop>", "<unknown>")


@dataclass(frozen=True, eq=False)
class Pieces:
    """Pieces of a vocabulary of words.

    Parameters
    ----------
    names : (V,) str
        `NAMES`, one prefix for each class, then pieces of words.
    words : (W,) str
        The words, `mc.text.tokens.SPECIAL` first.
    of_words : Reviews
        The pieces of each word, (W,).
    classes : int
        Number of prefixes.
    """

    names: NDArray[np.str_]
    words: NDArray[np.str_]
    of_words: Reviews
    classes: int

    @classmethod
    def learn(
        cls, reviews: Reviews, words: NDArray[np.str_], many: int, classes: int = 2
    ) -> "Pieces":
        """Merge the pairs that are most frequent in some texts.

        Parameters
        ----------
        reviews : Reviews
            Human texts.
        words : (W,) str
            Their vocabulary.
        many : int
            Pieces at most, special ones included; all characters of the texts are among them.
        classes : int
            Number of classes.
        """
        special = [*NAMES, *(f"<class {label}>" for label in range(classes))]
        encoder = Tokenizer(models.BPE(unk_token=NAMES[UNKNOWN]))
        encoder.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        trainer = trainers.BpeTrainer(vocab_size=many, special_tokens=special, show_progress=False)
        marked = np.char.add(MARK, words)
        marked[: len(SPECIAL)] = ""
        encoder.train_from_iterator(_texts(reviews, marked), trainer)
        ids = [encoded.ids for encoded in encoder.encode_batch(marked.tolist())]
        ids = [[UNKNOWN] if UNKNOWN in of_word else of_word for of_word in ids]
        ids[RARE] = [UNKNOWN]
        lengths = np.array([len(of_word) for of_word in ids])
        flat = np.fromiter((piece for of_word in ids for piece in of_word), np.int32, lengths.sum())
        named = encoder.get_vocab()
        names = np.array(sorted(named, key=named.__getitem__))
        return cls(names, words, Reviews.of_lengths(flat, lengths), classes)

    def prefix(self, labels: NDArray[np.integer]) -> NDArray[np.int32]:
        """The piece that stands for each class."""
        return (labels + len(NAMES)).astype(np.int32)

    def encode(self, reviews: Reviews) -> Reviews:
        """Texts as pieces, each with `STOP` at its end."""
        pieces = self.of_words.take(reviews.tokens.astype(np.int64))
        ends = pieces.starts[reviews.starts]  # (n + 1,) where texts begin and end, in pieces
        lengths = np.diff(ends) + 1
        tokens = np.insert(pieces.tokens, ends[1:], STOP)
        return Reviews.of_lengths(tokens, lengths)

    def word_lengths(self, reviews: Reviews) -> NDArray[np.int64]:
        """Pieces of each word of texts, and of the end of each text (1), (N + n,)."""
        lengths = self.of_words.lengths[reviews.tokens]
        return np.insert(lengths, reviews.starts[1:], 1)

    def decode(self, pieces: Reviews) -> Reviews:
        """Texts of pieces, without `STOP`, as words; what is no word of the vocabulary is `RARE`.

        Prefixes and `PAD` are left out.
        """
        parts, first = self._parts, self.begins_word.tolist()
        tokens: list[int] = []
        counts = np.zeros(len(pieces), np.int64)
        values, starts = pieces.tokens.tolist(), pieces.starts.tolist()
        for text, (start, stop) in enumerate(pairwise(starts)):
            before, word = len(tokens), ""
            for piece in values[start:stop]:
                if first[piece] and word:
                    tokens.append(self._numbers.get(word, RARE))
                    word = ""
                word += parts[piece]
            if word:
                tokens.append(self._numbers.get(word, RARE))
            counts[text] = len(tokens) - before
        return Reviews.of_lengths(np.array(tokens, np.int32), counts)

    @property
    def is_never_written(self) -> NDArray[np.bool_]:
        """Whether each piece stands for no part of a text and no end, (V,)."""
        n = len(NAMES) + self.classes
        places = np.arange(len(self.names))
        return np.array((places == PAD) | ((places >= len(NAMES)) & (places < n)), bool)

    @cached_property
    def _parts(self) -> list[str]:
        """What each piece adds to a word; a rare word has no letters but a mark."""
        special = ["", "", MARK, *[""] * self.classes]
        return special + [name.removeprefix(MARK) for name in self.names[len(special) :].tolist()]

    @cached_property
    def begins_word(self) -> NDArray[np.bool_]:
        """Whether each piece begins a word, (V,)."""
        begins = np.array(np.char.startswith(self.names, MARK), bool)
        begins[UNKNOWN] = True
        return begins

    @cached_property
    def _numbers(self) -> dict[str, int]:
        special = len(SPECIAL)
        words = enumerate(self.words[special:].tolist(), start=special)
        return {word: number for number, word in words}


def _texts(reviews: Reviews, marked: NDArray[np.str_]) -> Iterable[str]:
    words = marked[reviews.tokens]
    for start, stop in pairwise(reviews.starts.tolist()):
        yield " ".join(words[start:stop].tolist())


__all__ = ["PAD", "STOP", "UNKNOWN", "Pieces", "Tokens"]
