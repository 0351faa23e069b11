"""Small texts, and slow models of them that are plainly right."""

from collections import Counter, defaultdict

import numpy as np

from mc.text.ngram.model import UNREAD
from mc.text.tokens import END, START, number

WORDS = ("the", "cat", "sat", "dog", "on", "a", "ran", ".")
SHARES = (0.3, 0.2, 0.1, 0.12, 0.1, 0.1, 0.05, 0.03)


def make_texts(many=60, seed=0):
    """Texts as words, their numbers, what these stand for, and classes."""
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(WORDS, rng.integers(1, 9), p=SHARES)) for _ in range(many)]
    reviews, words = number(texts, 1)
    return reviews, words, (np.arange(many) % 2).astype(np.int8)


def as_lists(reviews):
    return [part.tolist() for part in np.split(reviews.tokens, reviews.starts[1:-1])]


def distribution(model, context, label, base=None):
    """Of the next word, by the arrays of the model's levels."""
    rows = model.start(np.array([label], np.int8))
    for word in context:
        rows = model.follow(rows, np.array([word], np.int32))
    found = (model.base if base is None else base).reshape(-1, model.width)[label].copy()
    for place, level in enumerate(model.levels[1:], start=1):
        row = rows[place, 0]
        if row != UNREAD:
            mine = np.flatnonzero(level.contexts == row)
            found *= level.spare[row]
            found[level.words[mine]] += level.shares[mine]
    return found


class SlowKneserNey:
    """The formula as it is written, with dictionaries; of one class."""

    def __init__(self, texts, order, width):
        self.order, self.width = order, width
        found = [Counter() for _ in range(order)]
        for text in texts:
            padded = [START] * (order - 1) + list(text) + [END]
            for place in range(order - 1, len(padded)):
                for length in range(1, order + 1):
                    found[length - 1][tuple(padded[place - length + 1 : place + 1])] += 1
        for length in range(order - 1, 0, -1):
            kinds = Counter(gram[1:] for gram in found[length])
            for gram in found[length - 1]:
                if gram[0] != START:
                    found[length - 1][gram] = kinds[gram]
        self.tables = []
        for counts in found:
            values = Counter(counts.values())
            discount = values[1] / max(values[1] + 2 * values[2], 1)
            total, kinds = defaultdict(int), Counter()
            for gram, count in counts.items():
                total[gram[:-1]] += count
                kinds[gram[:-1]] += 1
            self.tables.append((counts, min(max(discount, 0.05), 0.95), total, kinds))

    def probability(self, word, context):
        """Of a word after a context, which may be empty."""
        context = tuple(context)[len(context) - min(len(context), self.order - 1) :]
        counts, discount, total, kinds = self.tables[len(context)]
        shorter = (
            self.probability(word, context[1:])
            if context
            else (0 if word == START else 1 / (self.width - 1))
        )
        if not total[context]:
            return shorter
        own = max(counts[(*context, word)] - discount, 0) / total[context]
        return own + discount * kinds[context] / total[context] * shorter

    def distribution(self, context):
        return np.array([self.probability(word, context) for word in range(self.width)])
