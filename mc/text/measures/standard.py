"""The measures that papers on generated text report, of one generation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mc.text.measures.authenticity import novelty
from mc.text.measures.embedding import Points, points, spread
from mc.text.measures.manifolds import NEIGHBOURS, manifolds
from mc.text.measures.mauve import SEEDS, mauve
from mc.text.measures.self_bleu import COMPARED as OF_SELF_BLEU
from mc.text.measures.self_bleu import self_bleu
from mc.text.measures.vendi import vendi
from mc.text.measures.zipf import RANKS, zipf_exponent
from mc.text.ngram.model import Counts
from mc.text.reviews import Reviews

if TYPE_CHECKING:
    from mc.text.embeddings import Embed

COMPARED = 2_500  # texts of each side at most, where pairs of texts are compared


@dataclass(frozen=True)
class Measure:
    """What a measure says.

    Parameters
    ----------
    name : str
        As people write it.
    meaning, source : str
        In words; authors and year.
    lowest, highest : str
        Its range.
    higher : str
        What a higher value means.
    """

    name: str
    meaning: str
    source: str
    lowest: str
    highest: str
    higher: str

    @property
    def description(self) -> str:
        """All of it in one line."""
        ends = f"{self.lowest} to {self.highest}"
        return f"{self.meaning} ({ends}; higher: {self.higher}; {self.source})"


MEASURES = {
    "mauve": Measure(
        "MAUVE",
        "how close the distribution of written texts is to that of held-out human ones: area under "
        f"the frontier of divergences of clusters, mean over {SEEDS} clusterings",
        "Pillutla et al. 2021",
        "0",
        "1",
        "closer to human text",
    ),
    "mauve_spread": Measure(
        "spread of MAUVE",
        f"standard deviation of mauve over its {SEEDS} clusterings",
        "Pillutla et al. 2021",
        "0",
        "0.55",
        "less certain",
    ),
    "vendi": Measure(
        "Vendi score",
        "number of different texts that the written ones amount to, at most that of dimensions",
        "Friedman & Dieng 2023",
        "1",
        "dimensions + 1",
        "more diverse",
    ),
    "text_precision": Measure(
        "precision",
        "share of written texts that lie among human ones: within the distance of a human text to "
        f"its neighbour number {NEIGHBOURS}",
        "Kynkäänniemi et al. 2019",
        "0",
        "1",
        "more like human text",
    ),
    "text_recall": Measure(
        "recall",
        "share of human texts that lie among written ones, likewise",
        "Kynkäänniemi et al. 2019",
        "0",
        "1",
        "more of human text is covered",
    ),
    "density": Measure(
        "density",
        "human texts that a written one lies near to, relative to what texts of the same "
        "distribution have",
        "Naeem et al. 2020",
        "0",
        f"human texts / {NEIGHBOURS}",
        "more like typical human text",
    ),
    "coverage": Measure(
        "coverage",
        "share of human texts that a written one lies near to",
        "Naeem et al. 2020",
        "0",
        "1",
        "more of human text is covered",
    ),
    "self_bleu": Measure(
        "self-BLEU",
        f"how well each of {OF_SELF_BLEU} written texts can be put together from the others",
        "Zhu et al. 2018",
        "0",
        "1",
        "less diverse",
    ),
    "zipf_exponent": Measure(
        "Zipf exponent",
        f"how steeply the frequency of the {RANKS:,} most frequent written words falls with their "
        "rank",
        "Clauset et al. 2009",
        "0",
        "10",
        "frequent words are used more",
    ),
    "authenticity": Measure(
        "authenticity",
        "share of written texts that are farther from the closest text that the generator has read "
        "than that one is from the next",
        "Alaa et al. 2022",
        "0",
        "1",
        "newer",
    ),
    "distance_to_read": Measure(
        "distance to what was read",
        "mean cosine distance of a written text to the closest one that the generator has read",
        "Alaa et al. 2022",
        "0",
        "2",
        "newer",
    ),
}
DESCRIPTIONS = {name: measure.description for name, measure in MEASURES.items()}


@dataclass(frozen=True, eq=False)
class Reference:
    """Human texts that all generations of a lineage are held against.

    Parameters
    ----------
    embed : callable
        Texts to points, of `mc.text.embeddings`; the same in all generations.
    human : (m, d)
        Points of human texts that no generator reads.
    """

    embed: "Embed"
    human: Points

    @classmethod
    def of(cls, embed: "Embed", held_out: Reviews, many: int) -> "Reference":
        """Take as many human texts as there are written ones, but at most `COMPARED`."""
        few = slice(0, min(many, COMPARED, len(held_out)))
        return cls(embed, points(embed, held_out.take(few)))

    def of_texts(self, written: Reviews, read: Reviews, words: Counts) -> dict[str, float]:
        """All measures of one generation.

        Parameters
        ----------
        written, read : Reviews
            Texts of a generator, and those that it has read. Of more than `COMPARED` texts that
            many, evenly spread: nearest neighbours are closer among more texts.
        words : (W,) int
            How often each word of the vocabulary occurs in ``written``.
        """
        X = points(self.embed, spread(written, COMPARED))
        known = points(self.embed, spread(read, COMPARED))
        closeness, overlap, new = mauve(X, self.human), manifolds(X, self.human), novelty(X, known)
        return {
            "mauve": closeness.mean,
            "mauve_spread": closeness.spread,
            "vendi": vendi(X),
            "text_precision": overlap.precision,
            "text_recall": overlap.recall,
            "density": overlap.density,
            "coverage": overlap.coverage,
            "self_bleu": self_bleu(spread(written, OF_SELF_BLEU)),
            "zipf_exponent": zipf_exponent(words),
            "authenticity": new.authenticity,
            "distance_to_read": new.distance,
        }
