"""What a stage tells the workers of other machines, and what they check before they help."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache

import click

from mc import clock, commands, plugins
from mc.data import addresses
from mc.engine import preparation, queue
from mc.engine.common import Notice, RunSettings
from mc.errors import DataError, ParameterError, StudyError
from mc.tracking import store
from mc.tracking.runs import OpenRun
from mc.types import Prepared

OWN = ("storage", "jobs", "fresh")  # parameters that each machine has for itself
LOOK_SECONDS = 2.0


@cache
def code_digest() -> str:
    """Identity of the program: of all source files that a result can depend on."""
    digest = hashlib.sha256()
    for file in sorted(
        [*commands.ROOT.glob("mc/**/*.py"), *commands.ROOT.glob("experiments/**/*.py")]
    ):
        digest.update(
            str(file.relative_to(commands.ROOT)).encode() + b"\0" + file.read_bytes() + b"\0"
        )
    return digest.hexdigest()[:12]


def announce(
    stage: str,
    settings: RunSettings,
    studies: Sequence[str],
    stage_run: str,
    corpus: Prepared | None,
) -> None:
    """Tell in each study what it is about."""
    shared = {name: at for name, at in preparation.shown(settings).items() if name not in OWN}
    digest = corpus.about["digest"] if corpus else ""
    installed = plugins.versions(stage, shared)
    notice = Notice(stage, shared, stage_run, digest, code_digest(), installed)
    for name in studies:
        study = queue.open_study(settings.storage, name)
        study.set_user_attr("notice", json.dumps(asdict(notice)))
        if not settings.storage.startswith("sqlite"):
            storage = queue.without_password(settings.storage)
            study_end = name.rpartition("#")[2]
            helping = commands.stage("worker", is_elsewhere=True, study=study_end, storage=storage)
            click.echo(f"Help it:       {helping}")


def notices(storage: str, study: str, wait: float) -> Iterator[Notice]:
    """The notice of a study, or without a name those of all studies in which jobs wait.

    Parameters
    ----------
    wait : float
        Seconds to go on looking while nothing waits.

    Raises
    ------
    StudyError
        When the study that was named is not there, or no stage has announced it.
    """
    if study:
        yield _notice_of(storage, study)
        return
    idle = clock.monotonic()
    while True:
        for name in queue.study_names(storage):
            opened = queue.open_study(storage, name)
            text = opened.user_attrs.get("notice")
            if text is not None and queue.is_waiting(opened):
                yield Notice(**json.loads(text))
                idle = clock.monotonic()
        if clock.monotonic() - idle >= wait:
            return
        clock.sleep(LOOK_SECONDS)


def _notice_of(storage: str, name: str) -> Notice:
    """The notice of a study, by its name or the end of it."""
    there = queue.study_names(storage)
    matching = [each for each in there if each.endswith(name)]
    if len(matching) != 1:
        raise StudyError(
            f"study={name!r} is not in storage={queue.without_password(storage)!r}, where there "
            f"are {', '.join(there) or 'none'}; copy the name that the stage shows"
        )
    text = queue.open_study(storage, matching[0]).user_attrs.get("notice")
    if text is None:
        raise StudyError(f"study={name!r} has no stage at work on it; start its stage first")
    return Notice(**json.loads(text))


def settings_of(
    notice: Notice, *, storage: str, jobs: int, data: str, data_params: str
) -> dict[str, str]:
    """The stage's parameters as texts, with those of this machine.

    Raises
    ------
    ParameterError
        When the stage has its reviews from an address with a secret, which no notice holds.
    """
    reviews = {"data": data, "data_params": data_params}
    own = {name: text for name, text in reviews.items() if text}
    own |= {"storage": storage, "jobs": str(jobs), "fresh": "false"}
    given = {**notice.settings, **own}
    if addresses.HIDDEN in given.get("data", ""):
        raise ParameterError(
            f"the stage's data={given['data']!r} holds a password or a token, which it keeps "
            "to itself; give it here with data=..., or leave it out of the address there"
        )
    return given


def check_code(notice: Notice) -> None:
    """Refuse to help with another version of the program.

    Raises
    ------
    StudyError
        When results could differ.
    """
    if notice.code != code_digest():
        raise StudyError(
            f"the stage {notice.stage} runs another version of the program ({notice.code}, here "
            f"{code_digest()}); check out the same commit on both machines"
        )
    here = plugins.versions(notice.stage, notice.settings)
    if dict(notice.plugins) != here:
        raise StudyError(
            f"the stage {notice.stage} uses plug-ins of {_listed(notice.plugins)}, and here there "
            f"are {_listed(here)}; install the same on both machines"
        )


def _listed(versions: Mapping[str, str]) -> str:
    """Distributions in the order of their names."""
    return ", ".join(sorted(set(versions.values()))) or "none"


def check_corpus(notice: Notice, corpus: Prepared | None) -> None:
    """Refuse to help with other reviews.

    Raises
    ------
    DataError
        When results would differ.
    """
    if corpus and notice.corpus != (digest := corpus.about["digest"]):
        raise DataError(
            f"data={corpus.about['name']!r} holds other reviews than the stage's (digest "
            f"{digest[:12]}, the stage's {notice.corpus[:12]}); copy the same files, or name their "
            "place here with data=..."
        )


def stage_run(opened: store.Store, notice: Notice) -> OpenRun:
    """The stage's own run, to hang lineages below; who joins does not close it."""
    return OpenRun(opened.client, store.get_run(opened.client, notice.stage_run))
