"""The original study's claims, judged by name on frames of generations. Knows nothing of figures.

Each claim names what would settle it, and has one rule (`mc.report.seed_study.rules`). The rule
judges our lineages, and the original's own published figures as well: a rule by which the original
contradicts itself shows at once. Replicates are drawn from one corpus, hence no verdict reaches
other corpora, classifiers, or sizes, and each reading says so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from mc import statistics
from mc.report.seed_study import published, rules
from mc.report.seed_study.evidence import Evidence, Lineages, Published
from mc.report.seed_study.rules import NEAR_CHANCE, TOTAL, Finding, Verdict
from mc.report.wording import points
from mc.statistics import CONDITION, DEFAULT_MARGIN, FAMILY

ORIGINAL = "the original's own figures"  # what a claim on those names as its data


@dataclass(frozen=True)
class Claim:
    """A claim of the original study, judged on one family of conditions or on its own figures.

    Parameters
    ----------
    name : str
        The claim in the original's words.
    asks : str
        What would settle it.
    stage : str
        The stage that it was judged on, or that would have to be run.
    family : str
        As ``logistic, accumulate, argmax``, with sizes where a family has several; empty where it
        is not tested.
    verdict : "supported", "contradicted", "undecided" or "not tested"
        The verdict of the data.
    number, low, high : float
        What was measured with its 95% interval; NaN where there is none.
    unit : str
        Of the numbers: ``points`` (percentage points) or ``accuracy`` (share).
    repetitions : int
        Replicates behind the number.
    data : str
        Name of the corpus.
    reading : str
        The numbers behind the verdict, and what it does not cover.
    """

    name: str
    asks: str
    stage: str
    family: str
    verdict: Verdict
    number: float
    low: float
    high: float
    unit: str
    repetitions: int
    data: str
    reading: str


Rule = Callable[[Evidence, float], Finding | str]  # text: why it cannot be judged, and remedy


@dataclass(frozen=True)
class _Question:
    """A claim before it meets data."""

    name: str
    asks: str
    stages: tuple[str, ...]  # that can settle it, the best first
    groups: list[str]  # columns of which each group of rows is judged by itself
    unit: str
    rule: Rule
    caveat: str = ""  # of the verdict on the original's own figures


def judge(
    frames: Mapping[str, pd.DataFrame], data: Mapping[str, str], margin: float = DEFAULT_MARGIN
) -> list[Claim]:
    """Judge every claim on every family of conditions found.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Stage to its generations (see `mc.statistics`); any subset of stages.
    data : mapping of str to str
        Stage to the name of its corpus.
    margin : float above 0
        Largest loss of accuracy that does not matter, as a share.

    Returns
    -------
    list of Claim
        In the order of the claims; one that no stage can judge is "not tested".
    """
    return [
        claim
        for question in _questions(margin)
        for claim in _answers(question, frames, data, margin)
    ]


def judge_original(margin: float = DEFAULT_MARGIN) -> list[Claim]:
    """Judge every claim by the same rules on the original's own published figures.

    Parameters
    ----------
    margin : float above 0
        Largest loss of accuracy that does not matter, as a share.

    Returns
    -------
    list of Claim
        One for each claim, in the order of `judge`.
    """
    return [_own(question, margin) for question in _questions(margin)]


def growth_table(generations: pd.DataFrame | None) -> pd.DataFrame:
    """Accuracy and fall by growth at rate 1, of our families and of the original.

    Parameters
    ----------
    generations : DataFrame, optional
        Of ``total_collapse``; without it the table is the original's alone.

    Returns
    -------
    DataFrame
        who (a family, or `ORIGINAL`), start and size (reviews), growth (size over start, one number
        where it is alike), accuracy with _low and _high, and fall with _low and _high: accuracy at
        rate 0 less that at rate 1, at the same size (NaN where rate 0 is not known); repetitions.
    """
    groups = [] if generations is None else _groups(generations, FAMILY)
    sources: dict[str, Evidence] = {who: Lineages(rows) for who, rows in groups}
    rows = [
        (who, *row)
        for who, evidence in {ORIGINAL: Published.of(TOTAL), **sources}.items()
        for row in _growth_rows(evidence)
    ]
    names = ["who", "start", "size", "growth", "accuracy", "accuracy_low", "accuracy_high"]
    names += ["fall", "fall_low", "fall_high", "repetitions"]
    return pd.DataFrame(rows, columns=names)


def _growth_rows(evidence: Evidence) -> Iterator[tuple[float, ...]]:
    """Numbers of `growth_table`."""
    alike = {
        cell: step.factor for step in rules.accuracy_by_growth(evidence) for cell in step.cells
    }
    unknown = (float("nan"),) * 3
    for cell in evidence.cells:
        if cell.rate == 1:
            accuracy = evidence.contrast({cell: 1.0})
            fall = rules.fall(evidence, cell)[:3] if cell.human in evidence.cells else unknown
            growth = alike.get(cell, cell.growth)
            yield (cell.start, cell.size, growth, *accuracy[:3], *fall, accuracy.n)


def _questions(margin: float) -> list[_Question]:
    within = f"the margin of {points(margin)} points"
    asked = rules.times(rules.growth_asked())
    return [
        _Question(
            "3% is negligible",
            "Whether the loss of accuracy at rate 0.03 against rate 0, at the last generation, "
            f"lies below {within} (negligible) or above it (harmful).",
            ("fine_rates", "low_rates"),
            CONDITION,
            "points",
            rules.three_per_cent,
        ),
        _Question(
            "any amount, even 1%, lowers performance",
            "Whether the loss of accuracy against rate 0, at the last generation, lies above 0 at "
            "every rate run, the lowest of them 0.01 or less; contradicted where the upper bound "
            "of a rate, widened for their number, is 0 or less.",
            ("fine_rates",),
            CONDITION,
            "points",
            rules.any_amount,
        ),
        _Question(
            "the fall is the same whatever the start",
            "Whether the falls of accuracy (rate 0 less rate 1, at the same size) differ by less "
            f"than {within} between any two starts that have grown by the same factor; "
            "contradicted where the fall from a start differs by more from the mean of the others, "
            "by an interval widened for the number of starts and factors.",
            (TOTAL,),
            FAMILY,
            "points",
            rules.any_start,
        ),
        _Question(
            "total collapse goes to 0.5",
            f"Whether accuracy at rate 1 lies below {NEAR_CHANCE}, averaged over the starts that "
            f"grow {asked} or more (size over size at the start), each at its largest growth; "
            f"contradicted where it lies above. From {asked} growth on the original's own figures "
            "lie below.",
            (TOTAL,),
            FAMILY,
            "accuracy",
            rules.to_chance,
            "The growth asked for is read off these very figures, which therefore confirm nothing.",
        ),
    ]


def _answers(
    question: _Question,
    frames: Mapping[str, pd.DataFrame],
    data: Mapping[str, str],
    margin: float,
) -> Iterator[Claim]:
    """One claim for each group, from the first stage that can judge its family."""
    untested: dict[tuple[object, ...], Claim] = {}
    judged: set[tuple[object, ...]] = set()
    for stage in (stage for stage in question.stages if stage in frames):
        seen = set(judged)
        for label, rows in _groups(frames[stage], question.groups):
            family = tuple(rows[FAMILY].iloc[0])
            if family in seen:
                continue
            answer = question.rule(Lineages(rows), margin)
            if isinstance(answer, str):
                untested.setdefault(family, _untested(question, answer, label))
            else:
                judged.add(family)
                source = {"stage": stage, "family": label, "data": data.get(stage, "this corpus")}
                yield _claim(question, answer, _reach(rows, **source), **source)
    yield from (claim for family, claim in untested.items() if family not in judged)
    if not judged and not untested:
        yield _untested(question, f"run {question.stages[0]}", "")


def _own(question: _Question, margin: float) -> Claim:
    """The verdict on the original's figures, from the first stage that can judge them."""
    remark = "Nothing is paired in what was published: the variances of the means add up (Welch)."
    remark = f"{remark} {question.caveat}".rstrip()
    for stage in question.stages:
        answer = question.rule(Published.of(stage), margin)
        if isinstance(answer, Finding):
            source = {"stage": stage, "family": published.CLASSIFIER, "data": ORIGINAL}
            return _claim(question, answer, remark, **source)
    return _untested(question, f"{published.SOURCE} has no such figures", published.CLASSIFIER)


def _groups(generations: pd.DataFrame, by: list[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows that are judged together, with their family's name and what else sets them apart."""
    groups = statistics.checked(generations).groupby(by, dropna=False)
    keys = pd.DataFrame(list(groups.groups), columns=by)
    apart = [name for name in by if name not in FAMILY and keys[name].nunique() > 1]
    for key, rows in groups:
        values = dict(zip(by, key, strict=True))
        sizes = [f"{name.replace('_', ' ')} {values[name]:,}" for name in apart]
        yield ", ".join([*(str(values[name]) for name in FAMILY), *sizes]), rows


def _reach(rows: pd.DataFrame, *, stage: str, family: str, data: str) -> str:
    """What a verdict on these lineages does not cover."""
    theirs = published.CLASSIFIER
    ours = rows["backend"].iloc[0].replace("_", " ")
    return (
        f"This holds for {data}, {family}, growing from {rows['initial_size'].min():,} to "
        f"{rows['final_size'].max():,} reviews, and not for other corpora, sizes or classifiers"
        f"{'' if ours == theirs else f', such as the {theirs} of the original'}."
    )


def _claim(
    question: _Question, finding: Finding, reach: str, *, stage: str, family: str, data: str
) -> Claim:
    scale = 100 if question.unit == "points" else 1
    number, low, high = (scale * value for value in finding.number[:3])
    return Claim(
        question.name,
        question.asks,
        stage,
        family,
        finding.verdict,
        number,
        low,
        high,
        question.unit,
        finding.number.n,
        data,
        f"{finding.reading} {reach}",
    )


def _untested(question: _Question, why: str, family: str) -> Claim:
    nan, stage = float("nan"), question.stages[0]
    return Claim(
        question.name,
        question.asks,
        stage,
        family,
        "not tested",
        nan,
        nan,
        nan,
        question.unit,
        0,
        "",
        f"Not tested: {why}.",
    )
