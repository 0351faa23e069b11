"""Which audits are computed: the suspect's own, and planted ones; then what the page needs."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.audit import checks, samples
from experiments.audit.checks import CHECKS
from experiments.audit.evidence import (
    HUMAN,
    KNOWN,
    SUSPECT,
    Evidence,
    Named,
    open_evidence,
    prepare,
)
from experiments.audit.pollution import FOLDS, LEAST
from experiments.audit.power import rows_needed, shares_seen
from experiments.audit.samples import GIVEN, NOTHING, Case, Design
from experiments.audit.settings import KINDS, Settings
from mc import plugins
from mc.engine import preparation
from mc.engine.conditions import backend_parameters
from mc.engine.jobs import Job
from mc.engine.session import open_session
from mc.errors import DataError, McError, ParameterError
from mc.lineage import backends
from mc.settings import Values, format_value
from mc.statistics.charts import table_points
from mc.tracking.results import Result
from mc.types import Array, GenerationRecord

STAGE = "audit"
UNSHOWN = ["generation", "suspicion"]  # columns that are no figures of an audit
WORDS = ("word", "word_human", "word_suspect", "word_score")
TRAITS = ("trait", "trait_gap", "trait_error")
FILES = {"data": "data_params", "suspect": "suspect_params", "known": "suspect_params"}


def run(settings: Settings) -> None:
    """Run the stage.

    Each audit is a task; the planted ones are drawn from the human corpus alone, so they stay the
    same whatever is suspected.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpora do not fit.
    """
    design = _design(settings)
    needed = _needed(settings)
    preparation.set_up_process(settings)
    evidence = open_evidence(folder := _prepare(settings))
    _check_rows(evidence, settings, design, needed)
    cases = _cases(settings)
    identity = {**asdict(design), "version": checks.VERSION}
    opening = partial(open_evidence, folder)
    with open_session(STAGE, settings, opening, identity, "audits") as session:
        jobs = [_job(design, case) for case in cases]
        answers = session.ask(jobs)
        found = {case: answers[case.key] for case in cases}
        frames = _frames(found)
        asked = frames["checks"].query("shown")
        points = table_points(asked, ["z", "p"], by=["check"])
        session.conclude(answers, frames, _facts(settings, design, evidence), points=points)


def inspect(
    design: Design, case: Case, evidence: Evidence, after: None
) -> Iterator[GenerationRecord]:
    """Audit one case; ``suspicion`` is minus the smallest p-value of all checks."""
    found = checks.audit(evidence, design, case)
    rows = {
        f"check_{part}": np.array([getattr(test, part) for test in found.tests.values()])
        for part in ("effect", "spread", "z", "p")
    }
    sides = np.array([test.tail == "two-sided" for test in found.tests.values()])
    least = min(test.p for test in found.tests.values())
    metrics = {f"p_{name}": test.p for name, test in found.tests.items()} | dict(found.figures)
    arrays = {**rows, "check": np.array(list(found.tests)), "two_sided": sides, **found.arrays}
    yield GenerationRecord({**metrics, "suspicion": -least}, arrays=arrays)


def _design(settings: Settings) -> Design:
    backends.find(settings.labeller, "labeller")
    preparation.refuse_raw(settings)
    return settings.fill(
        Design,
        backend_params=backend_parameters(settings.backend, settings.backend_params),
        labeller_params=backend_parameters(settings.labeller, "", "labeller"),
    )


def _needed(settings: Settings) -> int:
    """Reviews of each side that the asked confidence takes.

    Raises
    ------
    ParameterError
        When the asked sample or number of permutations cannot give it, whatever the corpora.
    """
    confidence, power, detect = settings.confidence, settings.power, settings.detect
    many = len(CHECKS)
    permutations = round(many / (1 - confidence)) - 1
    if settings.permutations < permutations:
        raise ParameterError(
            f"permutations={settings.permutations} cannot give a p-value as small as "
            f"confidence={confidence:g} over {many} checks asks for; {permutations} can, "
            f"{permutations - settings.permutations} more"
        )
    needed = rows_needed(detect, power, confidence, many)
    if settings.sample_size < needed:
        raise ParameterError(
            f"sample_size={settings.sample_size} is too small: {_asked(settings)} takes "
            f"{needed:,} reviews of each side, {needed - settings.sample_size:,} more; raise "
            f"it, or ask for a larger detect{_fitting(settings, settings.sample_size)}"
        )
    if settings.known and not settings.suspect:
        raise ParameterError(
            f"known={preparation.shown(settings)['known']!r} needs a suspect=... whose share is to "
            "be estimated; the demonstration makes its own known rows"
        )
    return needed


def _asked(settings: Settings) -> str:
    return (
        f"to see detect={settings.detect:g} of labels given by a machine in "
        f"power={settings.power:g} of audits with confidence={settings.confidence:g}"
    )


def _fitting(settings: Settings, rows: int) -> str:
    """The smallest ``detect`` that so many reviews of each side allow, for a message."""
    if rows < 1:
        return ""
    seen = shares_seen(rows, settings.power, settings.confidence, len(CHECKS))
    share = max(seen.values())
    return f" ({math.ceil(1_000 * share) / 1_000:g} fits)" if share <= 1 else ""


def _prepare(settings: Settings) -> Path:
    """Read all corpora, with all their reviews: balancing would hide a shift of class shares."""
    corpora = []
    for name, params in FILES.items():
        data, given = getattr(settings, name), getattr(settings, params)
        if not data:
            break
        if data not in plugins.names("datasets"):
            given = f"balance=false,{given}"
        try:
            source = preparation.source(data, given)
        except McError as error:
            raise type(error)(_renamed(str(error), name, params)) from error
        corpora.append(Named(source.fingerprint, source.load))
    return preparation.timed(settings.data, partial(prepare, corpora))


def _renamed(message: str, name: str, params: str) -> str:
    """An error about ``data``, in the words of another parameter that is read alike."""
    return message.replace("data_params", params).replace("data=", f"{name}=")


def _check_rows(evidence: Evidence, settings: Settings, design: Design, needed: int) -> None:
    """Refuse corpora that are too small, before an hour is spent on them.

    Raises
    ------
    DataError
        With all the numbers.
    """
    rows = {side: len(evidence.rows(side)) for side in (HUMAN, SUSPECT, KNOWN)}
    shown = preparation.shown(settings)
    spent = samples.rows_for_machines(design)
    wanted = {HUMAN: ("data", needed if settings.suspect else 2 * needed + spent)}
    if settings.suspect:
        wanted[SUSPECT] = ("suspect", needed)
    for side, (name, many) in wanted.items():
        if rows[side] < many:
            held = rows[side] if settings.suspect else (rows[side] - spent) // 2
            halves = (
                ""
                if settings.suspect
                else (f" (two halves of {needed:,}, and {spent:,} that the planted machines read)")
            )
            raise DataError(
                f"{name}={shown[name]!r} has {rows[side]:,} usable rows, but {_asked(settings)} "
                f"takes {many:,}{halves}: {many - rows[side]:,} are missing; bring more, or ask "
                f"for a larger detect{_fitting(settings, held)}, less power or less confidence"
            )
        _check_classes(evidence, side, f"{name}={shown[name]!r}")
    if settings.known and rows[KNOWN] < FOLDS * LEAST:
        raise DataError(
            f"known={shown['known']!r} has {rows[KNOWN]} usable rows besides those of the suspect; "
            f"an estimate takes {FOLDS * LEAST}: {FOLDS * LEAST - rows[KNOWN]} are missing"
        )


def _check_classes(evidence: Evidence, side: int, name: str) -> None:
    labels = evidence.given[evidence.rows(side)]
    if labels.min() == labels.max():
        only = "positive" if labels[0] else "negative"
        raise DataError(f"{name}: all {len(labels)} usable rows are {only}; give both classes")


def _cases(settings: Settings) -> list[Case]:
    """What is shown first, then the planted cases, replicate by replicate."""
    if settings.suspect:
        shown = Case(GIVEN, 0.0, 0, shown=True)
    else:
        share = settings.polluted
        shown = Case(settings.machine if share else NOTHING, share, 0, shown=True)
    return [shown, *planted(settings.shares, settings.repetitions)]


def planted(shares: Sequence[float], repetitions: int) -> list[Case]:
    """Cases without pollution, and each kind at each share above 0."""
    return [
        Case(kind, share, replicate)
        for replicate in range(repetitions)
        for kind, share in [
            (NOTHING, 0.0),
            *((kind, share) for kind in KINDS for share in sorted(shares) if share),
        ]
    ]


def _job(design: Design, case: Case) -> Job:
    params: Values = {"kind": case.kind, "share": case.share, "replicate": case.replicate}
    return Job(case.key, partial(inspect, design, case), 1, "suspicion", params)


def _frames(found: Mapping[Case, Result]) -> dict[str, pd.DataFrame]:
    """What the page needs."""
    checks, audits = [], []
    shown: dict[str, Array] = {}
    for case, answer in found.items():
        about = {"kind": case.kind, "share": case.share, "replicate": case.replicate}
        about |= {"shown": case.shown}
        arrays = {name: array[0] for name, array in answer.arrays().items()}
        parts = {name: arrays[f"check_{name}"] for name in ("effect", "spread", "z", "p")}
        columns = {"check": arrays["check"], **parts, "two_sided": arrays["two_sided"]}
        checks.append(pd.DataFrame({**about, **columns}))
        figures = answer.table().drop(columns=UNSHOWN).iloc[0].to_dict()
        audits.append({**about, **figures})
        shown = arrays if case.shown else shown
    deciles = shown["deciles"]  # (2, blocks, 10)
    side, block, decile = (axis.ravel() for axis in np.indices(deciles.shape))
    lost = {"side": side, "block": block, "decile": decile + 1, "lost": deciles.ravel()}
    scores = [
        {"check": name, "left": left, "right": right, "human": human, "suspect": suspect}
        for name in ("words", "style")
        for left, right, human, suspect in zip(
            shown[f"{name}_edges"][:-1],
            shown[f"{name}_edges"][1:],
            *shown[f"{name}_shares"],
            strict=True,
        )
    ]
    return {
        "checks": pd.concat(checks, ignore_index=True),
        "audits": pd.DataFrame(audits),
        "words": pd.DataFrame({name: shown[name] for name in WORDS}),
        "traits": pd.DataFrame({name: shown[name] for name in TRAITS}),
        "scores": pd.DataFrame(scores),
        "deciles": pd.DataFrame(lost),
    }


def _facts(settings: Settings, design: Design, evidence: Evidence) -> dict[str, str]:
    """What the page says about the audit next to its figures."""
    return {
        "suspect": preparation.shown(settings)["suspect"] or _demonstrated(settings),
        **{name: f"{count:,}" for name, count in evidence.about["counts"].items()},
        **{
            name.replace("_", " "): format_value(getattr(settings, name))
            for name in ("sample_size", "confidence", "power", "detect", "permutations")
        },
        "backend": design.backend,
        "machine that labels": f"{design.labeller}, {design.labeller_rows:,} human reviews",
        "machine that writes": f"n-grams of order {design.order}, {design.writer_rows:,} human "
        "reviews",
        "repetitions": str(settings.repetitions),
    }


def _demonstrated(settings: Settings) -> str:
    what = {"labels": "labels given by a machine", "texts": "texts written by a machine"}
    return (
        f"a demonstration: half of the human corpus, {100 * settings.polluted:g}% of its "
        f"{what[settings.machine]}"
    )
