"""Chapters of the report: from the material of one stage to sentences, figures and tables.

A file named after a stage tells of that stage; ``rates`` tells of all others, whose lineages differ
in their rate or size. A chapter file has one function::

    chapter(material: Material) -> Chapter

A chapter is data: `mc.report.writer` writes it.
"""

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from mc.report.page import Chapter
from mc.report.seed_study import page as claims_page
from mc.report.stage_result import Material

STAGES = (  # of the original study, in its order
    "training_size",
    "total_collapse",
    "collapse_rates",
    "low_rates",
    "fine_rates",
    "compare_backends",
    "model_search",
    "evolution",
)


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
    return [partial(claims_page.chapter, ordered), *told] if len(told) > 1 else told


def build(material: Material) -> Chapter:
    """The chapter of a stage.

    Raises
    ------
    DataError
        When the stage's frames cannot be used.
    """
    own = f"experiments.{material.stage}"
    folder = find_spec(own) if material.stage.isidentifier() else None
    is_own = folder and folder.submodule_search_locations and find_spec(f"{own}.page")
    teller = import_module(f"{own}.page" if is_own else "mc.report.growth.page")
    chapter: Chapter = teller.chapter(material)
    return chapter


def _place(material: Material) -> tuple[int, str]:
    """Stages of the study in its order, then others by name."""
    known = material.stage in STAGES
    return (STAGES.index(material.stage) if known else len(STAGES), material.stage)
