"""The page of `model_search`: the best settings, and whether they beat the defaults."""

import pandas as pd

from experiments.model_search import figures, summary
from mc.report.page import Page, Section, Table
from mc.report.stage_result import StageResult
from mc.report.wording import in_points, number, settings_of, written

GAIN = ["gain_mean", "gain_low", "gain_high"]
MAX_TRIALS = 10  # trials in a table
HINTS = {
    "history": "The search uses the scores on the left. The comparison on the right uses reviews "
    "that the search never saw; both models learn from the same draws of human-labelled reviews.",
    "slices": "In brackets: share of the scores' variance that a setting explains (fANOVA), rough "
    "with few trials. Later trials are close to earlier ones that did well.",
    "judged": "Untouched reviews, means over refits; accuracies in %. Gain over the defaults in "
    "percentage points with its 95% pigeonhole-bootstrap interval.",
}
GLOSSARY = {
    "cross-validation": "the training reviews are split into folds; each is scored by a model that "
    "learned from the others",
    "refit": "one fit of the final comparison, on its own draw of human-labelled reviews",
    "pigeonhole bootstrap": "resamples both refits and reviews (Owen 2007)",
}


def page(result: StageResult) -> Page:
    """Show of each search its result, its course and its settings."""
    frames = result.frames
    studies = frames["trials"]["study"].unique()
    headlines, tables, sections, more = [], [], [], []
    for study in studies:
        parts = {name: frame[frame["study"] == study] for name, frame in frames.items()}
        backend, several = parts["trials"]["backend"].iloc[0], len(studies) > 1
        name = f"{backend}, {study}: " if several else ""
        headlines.append(name + summary.headline(parts["trials"], parts["judged"]))
        tables.append(_judged(parts["trials"], parts["judged"], name))
        sections += _sections(parts, result.facts.get("data", ""), f"_{study}" * several)
        more.append(_best(parts["trials"], name))
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
            "Human labels only, at one training size: other settings may be best for a model that "
            "learns from its ancestors, or from more reviews."
        ],
        glossary=GLOSSARY,
    )


def _sections(parts: dict[str, pd.DataFrame], data: str, ending: str) -> list[Section]:
    trials, importance = parts["trials"], parts["importance"]
    shares = dict(zip(importance["setting"], importance["share"], strict=True))
    return [
        Section(
            f"history{ending}",
            "The search and the final comparison",
            summary.history_findings(trials),
            figures.search_history(trials, parts["judged"], data),
            HINTS["history"],
        ),
        Section(
            f"slices{ending}",
            "Which settings matter",
            summary.importance_findings(importance),
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
            "0" if title == "defaults" else in_points(*row[GAIN]),
        ]
        for title, (_, row) in zip(tried, judged.iterrows(), strict=False)
    ]
    heads = ["settings", *columns.values(), "untouched", "AUC", "positive", "gain (points)"]
    return Table(f"{name}The best settings on untouched reviews", heads, rows, HINTS["judged"])


def _best(trials: pd.DataFrame, name: str) -> Table:
    """The best trials by cross-validation."""
    columns = settings_of(trials)
    top = trials.sort_values("accuracy", ascending=False, kind="stable").head(MAX_TRIALS)
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
