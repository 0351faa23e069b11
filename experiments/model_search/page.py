"""The page of `model_search`: the best settings, and whether they beat the defaults."""

import pandas as pd

from experiments.model_search import figures
from experiments.model_search import summary as found
from mc.report.page import Page, Section, Table, in_points, number
from mc.report.stage_result import StageResult
from mc.report.wording import settings_of, written

MOST = 10  # trials in a table
HINTS = {
    "history": "The search goes by the left panel; the right one judges its result on reviews that "
    "it never saw, both models fitted on the same draws of human-labelled reviews.",
    "slices": "A setting whose dots form a ridge matters; one whose dots lie level does not, in "
    "the range that was tried. Later trials crowd where earlier ones did well.",
    "judged": "Untouched reviews, means over refits; accuracies in %. Gain over the defaults in "
    "percentage points with its 95% interval, refits and reviews drawn anew.",
}
GLOSSARY = {
    "cross-validation": "the training reviews are split into folds; each is scored by a model that "
    "learned from the others",
    "refit": "one fit of the final comparison, on its own draw of human-labelled reviews",
    "pigeonhole bootstrap": "refits and reviews are both drawn anew (Owen 2007)",
}


def page(result: StageResult) -> Page:
    """Tell of each search: its result, its course, its settings."""
    frames = result.frames
    studies = frames["trials"]["study"].unique()
    headlines, tables, sections, more = [], [], [], []
    for study in studies:
        own = {name: frame[frame["study"] == study] for name, frame in frames.items()}
        backend, several = own["trials"]["backend"].iloc[0], len(studies) > 1
        name = f"{backend}, {study}: " if several else ""
        headlines.append(name + found.headline(own["trials"], own["judged"]))
        tables.append(_judged(own["trials"], own["judged"], name))
        sections += _sections(own, result.facts.get("data", ""), f"_{study}" * several)
        more.append(_best(own["trials"], name))
    return Page(
        name=result.stage,
        title="model search",
        headlines=headlines,
        tables=tables,
        sections=sections,
        more=more,
        frames=frames,
        facts=result.facts,
        cautions=[
            "Human labels only, at one training size: settings that are best here need not be "
            "best for a model that learns from its ancestors, or from more reviews."
        ],
        glossary=GLOSSARY,
    )


def _sections(own: dict[str, pd.DataFrame], data: str, ending: str) -> list[Section]:
    trials, importance = own["trials"], own["importance"]
    shares = dict(zip(importance["setting"], importance["share"], strict=True))
    return [
        Section(
            f"history{ending}",
            "The search and its judgement",
            found.history_findings(trials, own["judged"]),
            figures.search_history(trials, own["judged"], data),
            HINTS["history"],
        ),
        Section(
            f"slices{ending}",
            "Which settings matter",
            found.importance_findings(trials, importance),
            figures.search_slices(trials, settings_of(trials), shares, data),
            HINTS["slices"],
        ),
    ]


def _judged(trials: pd.DataFrame, judged: pd.DataFrame, name: str) -> Table:
    """Defaults and best on the untouched reviews."""
    columns = settings_of(trials)
    tried = {"defaults": trials.iloc[0], "best": trials[trials["is_best"]].iloc[0]}
    rows = [
        [
            title,
            *(written(tried[title][column]) for column in columns),
            number(100 * row["accuracy"], 2),
            number(row["roc_auc"], 4),
            number(row["positive_share"], 3),
            "0" if title == "defaults" else _gain(row),
        ]
        for title, (_, row) in zip(tried, judged.iterrows(), strict=False)
    ]
    heads = ["settings", *columns.values(), "untouched", "AUC", "positive", "gain (points)"]
    return Table(f"{name}The best settings on untouched reviews", heads, rows, HINTS["judged"])


def _gain(row: pd.Series) -> str:
    return in_points(row["gain_mean"], row["gain_low"], row["gain_high"])


def _best(trials: pd.DataFrame, name: str) -> Table:
    """The best trials by cross-validation."""
    columns = settings_of(trials)
    top = trials.sort_values("accuracy", ascending=False, kind="stable").head(MOST)
    rows = [
        [
            str(row["trial"]),
            *(written(row[column]) for column in columns),
            number(100 * row["accuracy"], 2),
            number(row["roc_auc"], 4),
            number(row["fit_seconds"], 2),
        ]
        for _, row in top.iterrows()
    ]
    heads = ["trial", *columns.values(), "cross-validated", "AUC", "seconds a fit"]
    return Table(f"{name}The best trials by cross-validation", heads, rows)
