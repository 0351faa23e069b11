"""What is audited: the suspect itself, or human reviews among which we planted machines' work.

Planted audits show what the suspect's own cannot: how often human reviews raise an alarm against
human reviews, and which share of machines' work would have been seen. The machines are ours: a
classifier trained on few human labels gives labels, n-gram models that read few human reviews write
texts. Nothing that a machine has read is ever audited.
"""

from dataclasses import dataclass, field

import numpy as np

from experiments.audit.evidence import HUMAN, KNOWN, SUSPECT, Evidence
from experiments.audit.settings import KINDS
from experiments.audit.sides import Part
from mc.lineage.loop import Condition
from mc.randomness import stream
from mc.settings import Values, format_value
from mc.text.classifying import count_terms, learn_and_predict
from mc.text.ngram.model import fit
from mc.text.ngram.writing import Writer
from mc.text.reviews import Reviews

NOTHING = "nothing"  # kind of a case that has none of it
GIVEN = "suspect"  # kind of the audit of the user's own file
MAX_EXAMPLES, MIN_EXAMPLES = 1_500, 90  # known synthetic rows of a planted case


@dataclass(frozen=True)
class Case:
    """One audit.

    Parameters
    ----------
    kind : str
        One of `KINDS`, `NOTHING` or `GIVEN`.
    share : float in [0, 1]
        Planted share of the suspect's rows; 0 where none is.
    replicate : int
        Which draw, from 0.
    shown : bool
        Whether it is what the page is about, of which more is kept.
    """

    kind: str
    share: float
    replicate: int
    shown: bool = False

    @property
    def key(self) -> str:
        """Its name within its study."""
        if self.kind == GIVEN:
            return "suspect"
        made = f"{self.kind} {format_value(self.share)}" if self.share else self.kind
        if self.shown:
            return f"demonstration: {made}"
        return f"planted {made}, replicate {self.replicate}"


@dataclass(frozen=True)
class Design:
    """How audits are done.

    Parameters
    ----------
    sample_size : int
        Reviews of each side at most.
    permutations : int
        Draws for p-values of the case that is shown.
    confidence : float in (0, 1)
        Of intervals.
    backend : str
        The auditor's classifier.
    backend_params : mapping
        All its parameters.
    labeller : str
        The machine that labels: a backend.
    labeller_params : mapping
        All its parameters.
    labeller_rows, writer_rows : int
        Human reviews that the machine that labels, or writes, has read.
    order : int
        Words of the longest sequences that the writer knows.
    seed : int
        Base of all random streams.
    """

    sample_size: int
    permutations: int = 999
    confidence: float = 0.95
    backend: str = "logistic"
    backend_params: Values = field(default_factory=dict)
    labeller: str = "random_forest"
    labeller_params: Values = field(default_factory=dict)
    labeller_rows: int = 500
    writer_rows: int = 5_000
    order: int = 3
    seed: int = 0

    @property
    def examples(self) -> int:
        """Known synthetic rows of a planted case."""
        return max(min(self.sample_size // 4, MAX_EXAMPLES), MIN_EXAMPLES)

    @property
    def read(self) -> int:
        """Human reviews that machines of a planted case read."""
        return max(self.labeller_rows, self.writer_rows)

    @property
    def classifier(self) -> Condition:
        """The auditor's classifier."""
        return Condition((1,), backend=self.backend, backend_params=self.backend_params)

    @property
    def machine(self) -> Condition:
        """The machine that labels."""
        return Condition((1,), backend=self.labeller, backend_params=self.labeller_params)


@dataclass(frozen=True, eq=False)
class Sample:
    """The reviews of one audit; ``known`` are synthetic, None where there are none."""

    human: Part
    suspect: Part
    known: Part | None


def rows_for_machines(design: Design) -> int:
    """Human reviews of a planted case that are not audited."""
    return design.read + design.examples


def draw(evidence: Evidence, design: Design, case: Case) -> Sample:
    """Draw the reviews of an audit."""
    if case.kind == GIVEN:
        return _given(evidence, design)
    rng = stream(design.seed, case.replicate, "planted", case.shown)
    own = rng.permutation(evidence.rows(HUMAN))
    machine, examples, rest = np.split(own, np.cumsum([design.read, design.examples]))
    size = min(design.sample_size, len(rest) // 2)
    human, before = (_part(evidence, rest[at * size : (at + 1) * size]) for at in (0, 1))
    planted = rng.random(size) < case.share  # nested in the share
    if case.kind not in KINDS:
        return Sample(human, before, None)
    change = {"labels": _labelled, "texts": _written}[case.kind]
    read, known = _part(evidence, machine), _part(evidence, examples)
    after, known = change(evidence, design, read, [before, known], rng)
    places = np.arange(size) + size * planted
    reviews = Reviews.join([before.reviews, after.reviews]).take(places)
    return Sample(human, Part(reviews, np.where(planted, after.labels, before.labels)), known)


def _given(evidence: Evidence, design: Design) -> Sample:
    """The user's own files, of a side with too many reviews a random part."""
    parts = []
    for side in (HUMAN, SUSPECT, KNOWN):
        rows = stream(design.seed, "given", side).permutation(evidence.rows(side))
        parts.append(_part(evidence, rows[: design.sample_size]))
    return Sample(parts[0], parts[1], parts[2] if len(parts[2]) else None)


def _part(evidence: Evidence, rows: np.ndarray) -> Part:
    return Part(evidence.reviews.take(rows), evidence.given[rows])


def _labelled(
    evidence: Evidence, design: Design, read: Part, parts: list[Part], rng: np.random.Generator
) -> list[Part]:
    """The same reviews, labelled by a machine."""
    width = len(evidence.words)
    texts = Reviews.join(
        [read.reviews.take(slice(0, design.labeller_rows)), *(part.reviews for part in parts)]
    )
    X = count_terms(texts, evidence.terms, width)
    labels = read.labels[: design.labeller_rows]
    seed = int(rng.integers(2**31))
    probability = learn_and_predict(
        design.machine, X[: len(labels)], labels, X[len(labels) :], seed
    )
    guesses = np.split((probability > 0.5).astype(np.int8), [len(parts[0])])
    return [Part(part.reviews, own) for part, own in zip(parts, guesses, strict=True)]


def _written(
    evidence: Evidence, design: Design, read: Part, parts: list[Part], rng: np.random.Generator
) -> list[Part]:
    """Reviews that a machine has written instead, of the same classes."""
    few = read.take(np.arange(min(design.writer_rows, len(read))))
    writer = Writer(fit(few.reviews, few.labels, design.order, len(evidence.words)))
    return [Part(writer.write(part.labels, rng), part.labels) for part in parts]
