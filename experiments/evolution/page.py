"""The page of `evolution`: whether selection makes up for collapse, and how much it flatters."""

import pandas as pd

from experiments.evolution import figures, summary
from mc.report.page import Page, Section, Table
from mc.report.stage_result import StageResult
from mc.report.wording import column_in_points, number, percent, settings_of, written
from mc.types import Row

HINTS = {
    "scores": "Selection uses the validation reviews; the untouched reviews judge afterwards. The "
    "intervals on the right show whether models differ: both learned from the same reviews and "
    "were scored on the same reviews, so effects shared by both cancel.",
    "drift": "Without selection a setting would only spread. A median that moves, or a value that "
    "becomes frequent, was selected or was inherited together with one that was.",
    "ends": "Accuracies in %, means over refits. Validation: the reviews that selection used. "
    "Untouched: reviews that it never saw. All models of a generation learned from the same rows.",
    "answers": "Percentage points, with 95% pigeonhole-bootstrap intervals over refits and "
    "held-out reviews. Flattery: the lead over a model without selection, on the reviews used for "
    "the choice, minus that lead on the other reviews. For the choice by the test score the other "
    "reviews are the validation reviews, which chose its ancestors, so its flattery may be "
    "underestimated.",
}
GLOSSARY = {
    "validation_accuracy": "share of the validation reviews classified rightly; selects",
    "test_accuracy": "share of the untouched reviews classified rightly",
    "refit": "one fit of an individual; refit k learns from refit k of its parent",
    "pigeonhole bootstrap": "resamples both refits and reviews (Owen 2007)",
    "terms": "columns of an individual's vectoriser, mean over refits",
}


def page(result: StageResult) -> Page:
    """Show of each evolution its scores, gains and drift."""
    individuals, contrasts = result.frames["individuals"], result.frames["contrasts"]
    parts = [
        (rows, contrasts[contrasts["study"] == study])
        for study, rows in individuals.groupby("study", sort=False)
    ]
    several = len(parts) > 1
    headlines, tables, sections, more = [], [], [], []
    for rows, answers in parts:
        name = f"{rows['backend'].iloc[0]}, {rows['study'].iloc[0]}: " if several else ""
        headlines.append(name + summary.headline(rows, answers))
        tables.append(_ends(rows, name))
        sections += _sections(rows, answers, result, several)
        more += [_answers(answers, name), _settings(rows, name)]
    return Page(
        name=result.stage,
        title="evolution",
        headlines=headlines,
        tables=tables,
        sections=sections,
        more=more,
        frames={"individuals": individuals, "contrasts": contrasts},
        facts=result.facts,
        cautions=_cautions(individuals),
        glossary=GLOSSARY,
    )


def _sections(
    rows: pd.DataFrame, answers: pd.DataFrame, result: StageResult, several: bool
) -> list[Section]:
    data = result.facts.get("data", "")
    ending = f"_{rows['study'].iloc[0]}" if several else ""
    return [
        Section(
            f"scores{ending}",
            "Scores under selection",
            summary.score_findings(rows) + summary.flattery_findings(rows, answers),
            figures.selection_scores(rows, answers, data),
            HINTS["scores"],
        ),
        Section(
            f"drift{ending}",
            "Drift of the settings",
            summary.drift_findings(rows),
            figures.selection_drift(rows, settings_of(rows), data),
            HINTS["drift"],
        ),
    ]


def _cautions(individuals: pd.DataFrame) -> list[str]:
    cautions = [
        "One evolution: another seed breeds other individuals. Intervals cover refits and reviews, "
        "not other evolutions."
    ]
    bred = individuals[individuals["role"] == "bred"]
    if bred["generation"].max() == 0:
        cautions.append("No individual has a parent, so nothing could collapse.")
    return cautions


def _ends(rows: pd.DataFrame, name: str) -> Table:
    """The winner and its controls."""
    winner = rows[rows["is_winner"]].iloc[0]
    controls = rows[(rows["role"] == "control") & (rows["generation"] == winner["generation"])]
    chosen = {"winner: " + winner["name"]: winner}
    chosen |= {one["name"]: one for _, one in controls.iterrows()}
    flattering = rows[rows["has_best_test"]].iloc[0]
    if not flattering["is_winner"]:
        chosen["best on untouched reviews: " + flattering["name"]] = flattering
    heads = ["model", "validation", "untouched", "AUC", "positive", "wrong labels"]
    body = [[title, *_scores(one)] for title, one in chosen.items()]
    return Table(f"{name}The winner and its controls", heads, body, HINTS["ends"])


def _scores(one: Row) -> list[str]:
    return [
        number(100 * one["validation_accuracy"], 2),
        number(100 * one["test_accuracy"], 2),
        number(one["test_roc_auc"], 4),
        number(one["test_positive_share"], 3),
        percent(one["label_error"]),
    ]


def _answers(answers: pd.DataFrame, name: str) -> Table:
    body = [[str(row["question"]), column_in_points(row)] for _, row in answers.iterrows()]
    title = f"{name}Gain and flattery of selection"
    return Table(title, ["", "points"], body, HINTS["answers"])


def _settings(rows: pd.DataFrame, name: str) -> Table:
    winner = rows[rows["is_winner"]].iloc[0]
    before = rows[rows["name"] == "defaults on human labels, generation 0"].iloc[0]
    body = [
        [name, written(before[column]), written(winner[column])]
        for column, name in settings_of(rows).items()
    ]
    body.append(["rate", "", written(winner["rate"])])
    return Table(f"{name}Settings of the winner", ["setting", "before", "winner"], body)
