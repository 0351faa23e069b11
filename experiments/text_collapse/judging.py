"""The figures of one generation of writers. Knows what is measured; the measures are elsewhere."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.feature_extraction.text import TfidfTransformer

from mc.lineage import metrics
from mc.text import embeddings
from mc.text.classifying import count_terms
from mc.text.generators import Generator
from mc.text.measures import copying, distribution, diversity, standard
from mc.text.measures.distribution import DECILES
from mc.text.ngram.model import Counts
from mc.text.reviews import Reviews
from mc.text.tokens import END, TokenCorpus
from mc.types import Labels, Probabilities, Rows

PERPLEXED = 1_000  # held-out reviews whose perplexity is taken
COLLAPSED_BELOW = 0.9  # of the distance of human texts; the human ones of another draw: 0.997-1.003
DECILE = "lost_decile_{}"

DESCRIPTIONS = {
    "perplexity": "of held-out human reviews under the generator of their class: the inverse of "
    "the geometric mean of word probabilities",
    "vocabulary": "words that the generator has read; one of n-grams can write no others",
    "lost_mass": "share of human text that consists of words that the generator has not read",
    "word_entropy": "entropy of a word of what it writes, in bits",
    "kl_from_human": "Kullback-Leibler divergence of single words from human to written text, in "
    f"bits; {distribution.PSEUDO_COUNT:g} is added to each word's count on both sides",
    "kl_to_human": "the same from written to human text",
    "jensen_shannon": "Jensen-Shannon divergence of single words, in bits, at most 1",
    "distinct_1": f"share of the first {diversity.COMPARED:,} written words that are distinct",
    "distinct_2": "the same of sequences of two words",
    "distinct_3": "the same of sequences of three words",
    "distance": "mean cosine distance of two written texts (tf-idf)",
    "relative_distance": "the same, divided by that of the human texts of generation 0",
    "collapsed": f"alarm: 1 where that is below {COLLAPSED_BELOW:g}",
    "self_repetition": f"share of sequences of {diversity.REPEATED} words that another written "
    "text has, too",
    "copied": f"share of written sequences of {copying.LONG} words that the generator has read",
    "memorised": f"share of written texts whose sequences of {copying.LONG} words were all first "
    "read in one text",
    "length_mean": "words of a written text, punctuation included",
    "length_variance": "variance of that number",
    "confidence": "mean probability of the class that the classifier decides for",
    "overconfidence": "confidence minus accuracy: above 0 it is surer than it is right",
    "train_words": "words that generator and classifier were trained on",
}
DESCRIPTIONS |= {
    DECILE.format(tenth): "lost_mass within a tenth of the vocabulary, 1: the most frequent words"
    for tenth in range(1, DECILES + 1)
}
DESCRIPTIONS |= standard.DESCRIPTIONS


@dataclass(frozen=True, eq=False)
class Judge:
    """What all generations of a lineage are held against.

    Parameters
    ----------
    corpus : TokenCorpus
        All its reviews are the truth about words.
    held_out : Reviews
        Human texts that nothing learns from.
    labels : (m,) int8
        Their classes.
    idf : TfidfTransformer
        Weights of terms for distances, the same in all generations.
    human_distance : float
        Mean distance of human texts.
    reference : Reference or None
        What the standard measures compare with; None: these are not taken.
    """

    corpus: TokenCorpus
    held_out: Reviews
    labels: Labels
    idf: TfidfTransformer
    human_distance: float
    reference: standard.Reference | None = None

    @classmethod
    def of(cls, corpus: TokenCorpus, test: Rows, first: Reviews, longest: int | None) -> "Judge":
        """Hold out test rows; weights and distance are those of the first human texts read."""
        X = count_terms(first, corpus.terms, len(corpus.words))
        idf = TfidfTransformer().fit(X)
        distance = diversity.mean_distance(idf.transform(X))
        held_out = corpus.reviews.take(test).cut(longest)
        return cls(corpus, held_out, corpus.labels[test], idf, distance)

    def with_standard(self, embedding: str, first: Reviews) -> "Judge":
        """The same, with standard measures in an embedding that is fitted on the first texts."""
        corpus, fit = self.corpus, embeddings.find(embedding).fit
        embed = fit(first, corpus.terms, corpus.words)
        return replace(self, reference=standard.Reference.of(embed, self.held_out, len(first)))

    def of_generator(self, generator: Generator, read: Reviews) -> dict[str, float]:
        """What a generator knows of human texts."""
        truth, known, few = self.corpus.truth, self._words(read) > 0, slice(0, PERPLEXED)
        lost = distribution.lost_by_decile(truth, known)
        logs = generator.log_probability(self.held_out.take(few), self.labels[few])
        return {
            "perplexity": float(np.exp(-logs.mean())),
            "vocabulary": float(known.sum()),
            "lost_mass": distribution.lost_mass(truth, known),
            **{DECILE.format(tenth): float(share) for tenth, share in enumerate(lost, start=1)},
        }

    def of_texts(self, written: Reviews, read: Reviews) -> dict[str, float]:
        """Measures of written texts against human ones and those that the writer has read."""
        words, truth = self._words(written), self.corpus.truth
        X = count_terms(written, self.corpus.terms, len(self.corpus.words))
        distance = diversity.mean_distance(self.idf.transform(X))
        relative = distance / self.human_distance
        copied, memorised = copying.copied(written, read)
        more = self.reference.of_texts(written, read, words) if self.reference else {}
        return {
            "word_entropy": distribution.entropy_bits(words),
            "kl_from_human": distribution.divergence_bits(truth, words),
            "kl_to_human": distribution.divergence_bits(words, truth),
            "jensen_shannon": distribution.jensen_shannon_bits(truth, words),
            **{f"distinct_{n}": diversity.distinct(written, n) for n in (1, 2, 3)},
            "distance": distance,
            "relative_distance": relative,
            "collapsed": float(relative < COLLAPSED_BELOW),
            "self_repetition": diversity.self_repetition(written),
            "copied": copied,
            "memorised": memorised,
            "length_mean": float(written.lengths.mean()),
            "length_variance": float(written.lengths.var()),
            **more,
        }

    def of_classifier(self, probability: Probabilities, reference: Labels) -> dict[str, float]:
        """How a classifier judges held-out reviews; ``reference``: generation 0's classes."""
        found = metrics.evaluate(probability, self.labels, reference)
        confidence = float(np.maximum(probability, 1 - probability).mean())
        return found | {
            "confidence": confidence,
            "overconfidence": confidence - found["accuracy"],
        }

    def _words(self, reviews: Reviews) -> Counts:
        counts = np.bincount(reviews.tokens, minlength=len(self.corpus.words))
        counts[END] = len(reviews)
        return counts
