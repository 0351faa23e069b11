"""Chooses next words by a model's whole distribution, at any temperature, with few searches.

An interpolated model is a mixture: with chance spare(c) the next word comes from the shorter
context, else from what followed c, by discounted shares. A temperature T, which takes all
probabilities to the power 1/T and makes them sum to 1 again, keeps that form: since
p(w | c) >= spare(c) p(w | shorter), with equality where w never followed c,

    p(w | c)^(1/T) = excess(w | c) + spare(c)^(1/T) p(w | shorter)^(1/T),

where the excess is 0 but for what followed c. So no context's distribution is ever written out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mc.text.model import Floats, Model
from mc.text.places import places
from mc.text.reviews import Tokens
from mc.types import Rows

_OPEN = -2  # in place of a row that is not looked up yet


@dataclass(frozen=True, eq=False)
class _Choices:
    """What can be chosen after each context.

    Parameters
    ----------
    ends : (e,) float64
        Running sum of the chances of all choices, context after context.
    starts : (contexts,) float64
        Where each context begins in it.
    last : (contexts,) int64
        Its last choice.
    chance : (contexts + 1,) float64
        That a word is chosen here at all, rather than after the shorter context; 0 at the end,
        for contexts that were not read.
    """

    ends: Floats
    starts: Floats
    last: Rows
    chance: Floats

    @classmethod
    def of(cls, chances: Floats, contexts: Rows, chance: Floats) -> "_Choices":
        """Lay out choices that are sorted by their contexts."""
        ends = np.cumsum(chances)
        stops = np.cumsum(np.bincount(contexts, minlength=len(chance)))
        starts = np.concatenate([[0.0], ends])[np.concatenate([[0], stops[:-1]])]
        return cls(ends, starts, stops - 1, np.append(chance, 0.0))

    def choose(self, contexts: Rows, draws: Floats) -> Rows:
        """A choice for each draw from [0, chance)."""
        rows = places(self.ends, self.starts[contexts] + draws, "right")
        return np.minimum(rows, self.last[contexts])  # beyond it by rounding alone


class Mixture:
    """Chooses by tempered probabilities among the words that a model has read.

    Parameters
    ----------
    model : Model
        Whose probabilities.
    temperature : float
        Above 1 more evenly, below 1 more by the likeliest words.
    """

    def __init__(self, model: Model, temperature: float) -> None:
        self._model, power = model, 1 / temperature
        known = [each**power for each in model.probabilities(model.base_of_read)]
        words = model.levels[0]
        # (contexts,) of all tempered chances after each
        total = np.bincount(words.contexts, known[0]).astype(np.float64)
        chances = known[0] / total[words.contexts]
        self._choices = [_Choices.of(chances, words.contexts, np.ones(len(total)))]
        for place, level in enumerate(model.levels[1:], start=1):
            tempered = level.spare**power
            excess = known[place] - tempered[level.contexts] * known[place - 1][level.suffixes]
            passed_on = tempered * total[model.levels[place - 1].suffixes]
            total = np.bincount(level.contexts, excess, len(passed_on)) + passed_on
            chances = excess / total[level.contexts]
            self._choices.append(_Choices.of(chances, level.contexts, 1 - passed_on / total))

    def __call__(self, rows: NDArray[np.int64], draws: Floats) -> tuple[Tokens, NDArray[np.int64]]:
        """Add a word to each of m texts.

        Parameters
        ----------
        rows : (order, m) int64
            What they end with, see `Model.follow`.
        draws : (m,) float64 in [0, 1)
            Chance.

        Returns
        -------
        (m,) int32, (order, m) int64
            The words, and what the texts end with then.
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
            else:  # of the longest sequences only the ends are contexts of anything
                after[place, mine] = level.suffixes[picked]
            rest = (draws >= chance).nonzero()[0]
            texts, chance = texts[rest], chance[rest]
            draws = (draws[rest] - chance) / (1 - chance)  # as good as a new one
        after[0] = rows[0]
        return words, self._completed(rows, words, after)

    def _completed(
        self, rows: NDArray[np.int64], words: Tokens, after: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Fill in what texts end with beside the sequence that was chosen."""
        levels = self._model.levels
        for place in range(len(rows) - 1, 1, -1):
            longer = (after[place] >= 0).nonzero()[0]
            after[place - 1, longer] = levels[place - 1].suffixes[after[place, longer]]
        for place in range(1, len(rows)):
            texts = (after[place] == _OPEN).nonzero()[0]
            contexts = rows[place - 1, texts]
            after[place, texts] = levels[place - 1].find(contexts, words[texts], self._model.width)
        return after
