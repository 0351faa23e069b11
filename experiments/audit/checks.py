"""All checks of one audit. Pure and deterministic; knows nothing of MLflow, Optuna or files."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.audit import copies, differences, diversity, labels, pollution, two_sample
from experiments.audit.evidence import Evidence
from experiments.audit.permuting import Test, compare
from experiments.audit.samples import Case, Design, Sample, draw
from experiments.audit.sides import Sides, compose
from experiments.audit.usefulness import usefulness
from mc.randomness import stream

VERSION = 2  # raise when a change alters numbers: stored audits are then not reused
COPY_DRAWS = 199  # of groups of near-duplicates in planted cases, which have no normal limit
CHECKS = {  # in the order of the page
    "class_share": "share of positive labels, suspect minus human (two-sided)",
    "words": "area under the ROC curve, less one half, of a classifier that separates suspect and "
    "human reviews by their words, on rows that it has not seen (two-sample test)",
    "style": "the same by how reviews are written: lengths, rarity and variety of words, sequences "
    "that other reviews also have",
    "label_rule": "labels given the text: agreement of what labels say beyond the text with the "
    "direction in which a classifier of the suspect's labels differs from one of human labels",
    "label_fit": "labels given the text: above 0 they follow it more closely than human labels do, "
    "as those of a machine that learned the same rule; below 0 less closely (two-sided)",
    "copies": "share of the suspect's reviews with a near-duplicate in the suspect, more than by "
    "chance",
    "copied_human": "share of the suspect's reviews with a near-duplicate among human ones, more "
    "than by chance",
    "vocabulary": "different words among as many words, suspect minus human (two-sided)",
    "repetition": "share of sequences of four words that another review also has, suspect minus "
    "human (two-sided)",
}
DESCRIPTIONS = {
    "effect": "size of what a check found, in the check's own unit; 0 where both sides are alike",
    "spread": "its standard deviation if they are",
    "z": "effect in standard deviations",
    "p": "chance of such an effect or a larger one if both sides are drawn alike",
    "loss": "accuracy on human reviews lost by training on the suspect instead of human reviews",
    "share": "estimated synthetic share of the suspect (adjusted count)",
    "likeliest": "the same by expectation maximisation, which stays in [0, 1]",
    "separation": "how well a classifier separates known synthetic and human rows: 0 not, 1 fully",
}


@dataclass(frozen=True)
class Findings:
    """What an audit found.

    Parameters
    ----------
    tests : mapping
        Check to its test.
    figures : mapping
        Other figures by name.
    arrays : mapping
        What figures of the page need; empty but for the case that is shown.
    """

    tests: Mapping[str, Test]
    figures: Mapping[str, float]
    arrays: Mapping[str, NDArray[np.generic]]


def audit(evidence: Evidence, design: Design, case: Case) -> Findings:
    """Audit a case."""
    sample = draw(evidence, design, case)
    names = (design.seed, case.kind, repr(case.share), case.replicate, case.shown)
    sides = _composed(evidence, sample, stream(*names, "order"), matched=False)
    alike = _composed(evidence, sample, stream(*names, "order"), matched=True)
    permutations = design.permutations if case.shown else 0
    used = usefulness(sides, design.classifier, stream(*names, "use"))
    rng = stream(*names, "permutations")
    words = two_sample.by_words(sides, design.classifier)
    style, features = two_sample.by_style(sides)
    groups = copies.find(sides.reviews)
    tests = {
        "class_share": _class_share(sample, rng, permutations),
        "words": words.test(sides, rng, permutations),
        "style": style.test(sides, rng, permutations),
        **labels.tests(alike, design.classifier, rng, permutations),
        **groups.tests(sides.suspect, rng, permutations or COPY_DRAWS),
        **diversity.tests(sides),
    }
    figures = {
        "human_rows": float((~sides.suspect).sum()),
        "suspect_rows": float(sides.suspect.sum()),
        "human_positive": float(sample.human.labels.mean()),
        "suspect_positive": float(sample.suspect.labels.mean()),
        **groups.shares(sides.suspect),
        **{f"use_{name}": float(value) for name, value in asdict(used).items()},
        **_pollution(evidence, design, sample, stream(*names, "share")),
    }
    arrays = {}
    if case.shown:
        arrays = {
            **differences.word_differences(sides, evidence),
            **differences.style_differences(sides, style, features),
            **differences.score_differences(sides, words, "words"),
            **differences.score_differences(sides, style, "style"),
            "deciles": diversity.lost_by_decile(sides),
        }
    return Findings({name: tests[name] for name in CHECKS}, figures, arrays)


def _composed(
    evidence: Evidence, sample: Sample, rng: np.random.Generator, *, matched: bool
) -> Sides:
    return compose(
        sample.human,
        sample.suspect,
        terms=evidence.terms,
        width=len(evidence.words),
        rng=rng,
        matched=matched,
    )


def _class_share(sample: Sample, rng: np.random.Generator, permutations: int) -> Test:
    """Shares of positive labels; all rows' sides are permuted."""
    values = np.concatenate([sample.human.labels, sample.suspect.labels]).astype(float)
    suspect = np.arange(len(values)) >= len(sample.human)
    strata = np.zeros(len(values), np.int64)
    return compare(values, suspect, strata, tail="two-sided", rng=rng, permutations=permutations)


def _pollution(
    evidence: Evidence, design: Design, sample: Sample, rng: np.random.Generator
) -> dict[str, float]:
    if sample.known is None:
        return {}
    found = pollution.estimate(
        sample.human,
        sample.suspect,
        sample.known,
        terms=evidence.terms,
        width=len(evidence.words),
        classifier=design.classifier,
        confidence=design.confidence,
        rng=rng,
    )
    return {f"pollution_{name}": value for name, value in asdict(found).items()}
