"""The page of total collapse: the growth page, with its curves told apart by where they start."""

from dataclasses import replace

from mc import statistics
from mc.report.growth import page as growth
from mc.report.growth.figure_starts import accuracy_by_start
from mc.report.page import Page
from mc.report.stage_result import StageResult


def page(result: StageResult) -> Page:
    """The growth page; where one rate ran from several starts, lines are named by their start."""
    whole = growth.page(result)
    rows = statistics.checked(result.frames["generations"])
    rates, starts = rows.loc[rows["rate"] > 0, "rate"].nunique(), rows["initial_size"].nunique()
    if rates != 1 or starts < 2 or not statistics.growing(rows):
        return whole
    figure = accuracy_by_start(rows, result.facts.get("data", ""))
    sections = [
        replace(section, figure=figure) if section.name == "accuracy" else section
        for section in whole.sections
    ]
    return replace(whole, sections=sections)
