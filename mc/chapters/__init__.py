"""Chapters of the report: from the material of one stage to sentences, figures and tables.

A file named after a stage tells of that stage; ``rates`` tells of all others, whose lineages differ
in their rate or size. A chapter file has one function::

    chapter(material: Material) -> Chapter

A chapter is data: `mc.report` writes it.
"""

from collections.abc import Callable, Sequence
from functools import partial

from mc import plugins
from mc.chapters import _claims
from mc.chapters._parts import VERDICTS, Chapter, Section, Table
from mc.common import STAGES
from mc.material import Material

__all__ = ["VERDICTS", "Chapter", "Section", "Table", "build", "outline", "page"]


def page(materials: Sequence[Material]) -> list[Chapter]:
    """All chapters of a page: of several stages first the claims, then the study in its order.

    Raises
    ------
    DataError
        When a stage's frames cannot be used.
    """
    return [tell() for tell in outline(materials)]


def outline(materials: Sequence[Material]) -> list[Callable[[], Chapter]]:
    """The chapters of `page`, not told yet: each can be by itself, in another process too."""
    ordered = sorted(materials, key=_place)
    told: list[Callable[[], Chapter]] = [partial(build, material) for material in ordered]
    return [partial(_claims.chapter, ordered), *told] if len(told) > 1 else told


def build(material: Material) -> Chapter:
    """The chapter of a stage.

    Raises
    ------
    DataError
        When the stage's frames cannot be used.
    """
    own = material.stage in plugins.names("chapters")
    teller = plugins.load("chapters", "stage", material.stage if own else "rates")
    chapter: Chapter = teller.chapter(material)
    return chapter


def _place(material: Material) -> tuple[int, str]:
    """Stages of the study in its order, then others by name."""
    known = material.stage in STAGES
    return (STAGES.index(material.stage) if known else len(STAGES), material.stage)
