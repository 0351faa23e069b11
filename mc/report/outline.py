"""Pages of the report: from the result of one stage to sentences, figures and tables.

A file named after a stage tells of that stage; ``rates`` tells of all others, whose lineages differ
in their rate or size. A page file has one function::

    page(result: StageResult) -> Page

A page is data: `mc.report.writer` writes it.
"""

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from mc.report.page import Page
from mc.report.seed_study import page as claims_page
from mc.report.stage_result import StageResult

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


def page(stage_results: Sequence[StageResult]) -> list[Page]:
    """All pages of a page: of several stages first the claims, then the study in its order.

    Raises
    ------
    DataError
        When a stage's frames cannot be used.
    """
    return [tell() for tell in outline(stage_results)]


def outline(stage_results: Sequence[StageResult]) -> list[Callable[[], Page]]:
    """The pages of `page`, not told yet: each can be by itself, in another process too."""
    ordered = sorted(stage_results, key=_place)
    told: list[Callable[[], Page]] = [partial(build, result) for result in ordered]
    return [partial(claims_page.page, ordered), *told] if len(told) > 1 else told


def build(result: StageResult) -> Page:
    """The page of a stage.

    Raises
    ------
    DataError
        When the stage's frames cannot be used.
    """
    own = f"experiments.{result.stage}"
    folder = find_spec(own) if result.stage.isidentifier() else None
    is_own = folder and folder.submodule_search_locations and find_spec(f"{own}.page")
    teller = import_module(f"{own}.page" if is_own else "mc.report.growth.page")
    page: Page = teller.page(result)
    return page


def _place(result: StageResult) -> tuple[int, str]:
    """Stages of the study in its order, then others by name."""
    known = result.stage in STAGES
    return (STAGES.index(result.stage) if known else len(STAGES), result.stage)
