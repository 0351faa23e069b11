"""The page of `evolution`: whether selection makes up for collapse, and how much it flatters."""

from typing import Any

import pandas as pd

from experiments.evolution import figures
from experiments.evolution import summary as found
from mc.report.page import Page, Section, Table, in_points, number
from mc.report.stage_result import StageResult
from mc.report.wording import settings_of, written

HINTS = {
    "scores": "Selection goes by the validation reviews; the untouched ones judge afterwards. "
    "Differences are read from the intervals on the right: both models of a difference learned "
    "from the same reviews and were scored on the same ones, so what they share cancels.",
    "drift": "Without selection a setting would only spread; a median that moves on, or a value "
    "that takes over, was selected, or rode along with one that was.",
    "ends": "Accuracies in %, means over refits. Validation: the reviews that selection went by. "
    "Untouched: those that it never saw. All rows of a generation learned from the same reviews.",
    "answers": "Percentage points, with 95% pigeonhole-bootstrap intervals over refits and "
    "held-out reviews. Flattery: the lead over a model that nobody selected, on the reviews that "
    "chose, minus that lead on the other reviews. For the choice by the test score the others are "
    "the validation reviews, which chose its forebears: its flattery is rather too small.",
    "settings": "Before: the settings from which mutation began.",
}
GLOSSARY = {
    "validation_accuracy": "share of the validation reviews classified rightly; selection's score",
    "test_accuracy": "share of the untouched reviews classified rightly",
    "refit": "one fit of an individual; refit k learns from refit k of its parent",
    "pigeonhole bootstrap": "refits and reviews are both drawn anew (Owen 2007)",
    "terms": "columns of an individual's vectoriser, mean over refits",
}


def page(result: StageResult) -> Page:
    """Tell of each evolution: scores, gains, drift."""
    individuals, contrasts = result.frames["individuals"], result.frames["contrasts"]
    parts = [
        (rows, contrasts[contrasts["study"] == study])
        for study, rows in individuals.groupby("study", sort=False)
    ]
    several = len(parts) > 1
    headlines, tables, sections, more = [], [], [], []
    for rows, answers in parts:
        name = f"{rows['backend'].iloc[0]}, {rows['study'].iloc[0]}: " if several else ""
        headlines.append(name + found.headline(rows, answers))
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
            found.score_findings(rows) + found.gain_findings(rows, answers),
            figures.selection_scores(rows, answers, data),
            HINTS["scores"],
        ),
        Section(
            f"drift{ending}",
            "What selection prefers",
            found.drift_findings(rows),
            figures.selection_drift(rows, settings_of(rows), data),
            HINTS["drift"],
        ),
    ]


def _cautions(individuals: pd.DataFrame) -> list[str]:
    cautions = [
        "One evolution: another seed breeds other individuals. Intervals speak about refits and "
        "reviews, not about what another evolution would have found."
    ]
    bred = individuals[individuals["role"] == "bred"]
    if bred["generation"].max() == 0:
        cautions.append("No generation of children: nothing collapsed here.")
    return cautions


def _ends(rows: pd.DataFrame, name: str) -> Table:
    """The winner beside its controls."""
    winner = rows[rows["is_winner"]].iloc[0]
    controls = rows[(rows["role"] == "control") & (rows["generation"] == winner["generation"])]
    chosen = {"winner: " + winner["name"]: winner}
    chosen |= {one["name"]: one for _, one in controls.iterrows()}
    flattering = rows[rows["has_best_test"]].iloc[0]
    if not flattering["is_winner"]:
        chosen["best on untouched reviews: " + flattering["name"]] = flattering
    heads = ["model", "validation", "untouched", "AUC", "positive", "wrong labels"]
    body = [[title, *_scores(one)] for title, one in chosen.items()]
    return Table(f"{name}The winner, and what it is held against", heads, body, HINTS["ends"])


def _scores(one: Any) -> list[str]:
    return [
        number(100 * one["validation_accuracy"], 2),
        number(100 * one["test_accuracy"], 2),
        number(one["test_roc_auc"], 4),
        number(one["test_positive_share"], 3),
        f"{100 * one['label_error']:.2f}%",
    ]


def _answers(answers: pd.DataFrame, name: str) -> Table:
    body = [
        [str(row["question"]), in_points(row["mean"], row["low"], row["high"])]
        for _, row in answers.iterrows()
    ]
    return Table(f"{name}What selection won, and how it flatters", ["", "points"], body)


def _settings(rows: pd.DataFrame, name: str) -> Table:
    winner = rows[rows["is_winner"]].iloc[0]
    before = rows[rows["name"] == "defaults on human labels, generation 0"].iloc[0]
    body = [
        [name, written(before[column]), written(winner[column])]
        for column, name in settings_of(rows).items()
    ]
    body.append(["rate", "", written(winner["rate"])])
    return Table(f"{name}Settings of the winner", ["setting", "before", "winner"], body)
