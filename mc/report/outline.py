"""Pages of the report: from the result of one stage to sentences, figures and tables.

A stage whose folder has a ``page.py`` is shown by that; all others, whose lineages
differ in their rate or size, by `mc.report.growth.page`. Such a module has one function::

    page(result: StageResult) -> Page

A page is data: `mc.report.writer` writes it. It speaks of reviews; `mc.report.nouns` has it speak
of what the data are.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from mc import plugins
from mc.report import nouns
from mc.report.page import Page
from mc.report.seed_study import page as claims_page
from mc.report.seed_study.rules import TOTAL
from mc.report.stage_result import StageResult
from mc.report.study import STAGES


def page(stage_results: Sequence[StageResult]) -> list[Page]:
    """All pages of a report: of several stages first the claims, then the study in its order.

    Raises
    ------
    DataError
        When a stage's frames cannot be used.
    """
    return [build_page() for build_page in outline(stage_results)]


def outline(stage_results: Sequence[StageResult]) -> list[Callable[[], Page]]:
    """Functions that build the pages of `page`, so that each can run in a process of its own."""
    stages = [result.stage for result in stage_results]
    ordered = [replace(each, report_stages=stages) for each in sorted(stage_results, key=_place)]
    builders: list[Callable[[], Page]] = [partial(build, result) for result in ordered]
    return [partial(claims_page.page, ordered), *builders] if len(builders) > 1 else builders


def build(result: StageResult) -> Page:
    """The page of a stage.

    Raises
    ------
    DataError
        When the stage's frames cannot be used.
    """
    is_known = result.stage in plugins.names("experiments")
    package = plugins.module_name("experiments", result.stage) if is_known else ""
    spec = find_spec(package) if package else None
    has_page = spec and spec.submodule_search_locations and find_spec(f"{package}.page")
    growth = "mc.report.growth.page_of_starts" if result.stage == TOTAL else "mc.report.growth.page"
    module = import_module(f"{package}.page" if has_page else growth)
    page: Page = module.page(result)
    return nouns.page_on(page, nouns.noun(result.facts.get("data", "")))


def _place(result: StageResult) -> tuple[int, str]:
    """Stages of the study in its order, then others by name."""
    known = result.stage in STAGES
    return (STAGES.index(result.stage) if known else len(STAGES), result.stage)
