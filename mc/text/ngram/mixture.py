"""Chooses next words by a model's whole distribution, at any temperature, with few searches.

An interpolated model is a mixture: with chance spare(c) the next word comes from the shorter
context, else from the words that followed c, by discounted shares. A temperature T takes all
probabilities to the power 1/T and normalises them. The result is a mixture as well: since
p(w | c) >= spare(c) p(w | shorter), with equality where w never followed c,

    p(w | c)^(1/T) = excess(w | c) + spare(c)^(1/T) p(w | shorter)^(1/T),

where the excess is 0 for words that never followed c. So no distribution is ever computed as a
whole.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mc.text.ngram.model import Floats, Model
from mc.text.places import places
from mc.text.reviews import Tokens
from mc.types import Rows

_OPEN = -2  # stands for a row that is not looked up yet


@dataclass(frozen=True, eq=False)
class _Choices:
    """The words that can be chosen after each context.

    Parameters
    ----------
    ends : (e,) float64
        Cumulative chances of all choices, context after context.
    starts : (contexts,) float64
        Cumulative chance at which each context begins.
    last : (contexts,) int64
        Last choice of each context.
    chance : (contexts + 1,) float64
        Chance that the word is chosen here and not after the shorter context; the last element, 0,
        is for contexts that were not read.
    """

    ends: Floats
    starts: Floats
    last: Rows
    chance: Floats

    @classmethod
    def of(cls, chances: Floats, contexts: Rows, chance: Floats) -> "_Choices":
        """From choices that are sorted by their contexts."""
        ends = np.cumsum(chances)
        stops = np.cumsum(np.bincount(contexts, minlength=len(chance)))
        starts = np.concatenate([[0.0], ends])[np.concatenate([[0], stops[:-1]])]
        return cls(ends, starts, stops - 1, np.append(chance, 0.0))

    def choose(self, contexts: Rows, draws: Floats) -> Rows:
        """A choice for each draw from [0, chance)."""
        rows = places(self.ends, self.starts[contexts] + draws, "right")
        return np.minimum(rows, self.last[contexts])  # rounding may lead beyond it


class Mixture:
    """Chooses among all words that a model has read, at a temperature.

    Parameters
    ----------
    model : Model
        Gives the probabilities.
    temperature : float
        Above 1 flattens the distribution, below 1 sharpens it.
    """

    def __init__(self, model: Model, temperature: float) -> None:
        #: Sum of the tempered probabilities after each context, a level each.
        self.totals: list[Floats] = []
        self._model, power = model, 1 / temperature
        known = [probabilities**power for probabilities in model.probabilities(model.base_of_read)]
        words = model.levels[0]
        # (contexts,) sum of the tempered chances after each
        total = np.bincount(words.contexts, known[0]).astype(np.float64)
        chances = known[0] / total[words.contexts]
        self.totals.append(total)
        self._choices = [_Choices.of(chances, words.contexts, np.ones(len(total)))]
        for place, level in enumerate(model.levels[1:], start=1):
            tempered = level.spare**power
            excess = known[place] - tempered[level.contexts] * known[place - 1][level.suffixes]
            passed_on = tempered * total[model.levels[place - 1].suffixes]
            total = np.bincount(level.contexts, excess, len(passed_on)) + passed_on
            self.totals.append(total)
            chances = excess / total[level.contexts]
            self._choices.append(_Choices.of(chances, level.contexts, 1 - passed_on / total))

    def __call__(self, rows: NDArray[np.int64], draws: Floats) -> tuple[Tokens, NDArray[np.int64]]:
        """Add a word to each of m texts.

        Parameters
        ----------
        rows : (order, m) int64
            Ends of the texts, see `Model.follow`.
        draws : (m,) float64 in [0, 1)
            Uniform random numbers.

        Returns
        -------
        (m,) int32, (order, m) int64
            The words, and the new ends of the texts.
        """
        longest, after = len(rows) - 1, np.full_like(rows, _OPEN)
        words, texts = np.empty(len(draws), np.int32), np.arange(len(draws))
        for place in range(longest, -1, -1):
            level, choices, contexts = self._model.levels[place], self._choices[place], rows[place]
            contexts = contexts[texts]
            chance = choices.chance[contexts]
            here = (draws < chance).nonzero()[0]
            mine, picked = texts[here], choices.choose(contexts[here], draws[here])
            words[mine] = level.words[picked]
            if place < longest:
                after[place + 1, mine] = picked
            else:  # the longest sequences are no contexts, only their suffixes are
                after[place, mine] = level.suffixes[picked]
            rest = (draws >= chance).nonzero()[0]
            texts, chance = texts[rest], chance[rest]
            draws = (draws[rest] - chance) / (1 - chance)  # uniform again
        after[0] = rows[0]
        return words, self._completed(rows, words, after)

    def _completed(
        self, rows: NDArray[np.int64], words: Tokens, after: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Fill in the shorter and longer ends of the texts around the sequence that was chosen."""
        levels = self._model.levels
        for place in range(len(rows) - 1, 1, -1):
            longer = (after[place] >= 0).nonzero()[0]
            after[place - 1, longer] = levels[place - 1].suffixes[after[place, longer]]
        for place in range(1, len(rows)):
            texts = (after[place] == _OPEN).nonzero()[0]
            contexts = rows[place - 1, texts]
            after[place, texts] = levels[place - 1].find(contexts, words[texts], self._model.width)
        return after
