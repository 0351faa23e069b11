"""The page of backends, regimes and labellings that ran on the same replicates."""

from collections.abc import Sequence

import pandas as pd

from experiments.compare_backends import figure_drift, figures, summary
from experiments.compare_backends.figures import metrics_of
from mc import statistics
from mc.lineage.class_metrics import descriptions
from mc.report.growth import summary_lineages
from mc.report.growth.tables import SHARES, cautions, lineage_table, metrics_table
from mc.report.page import Page, Section, Table
from mc.report.stage_result import StageResult
from mc.report.wording import column_in_points, interval, number
from mc.statistics import CONDITION, FAMILY

HINTS = {
    "drift": "Labelling argmax gives each row its likeliest class, so the class shares may drift; "
    "labelling prior keeps those of generation 0. The part of the loss that prior gives back was "
    "drift; the rest is a loss of information. The area under the ROC curve ignores class shares. "
    "Share given back: ratio of the mean differences with Fieller's 95% interval, where the "
    "interval of the loss lies above 0.",
    "losses": "Families share rows, held-out rows and contamination draws, so differences between "
    "them have shorter intervals than the bars suggest: see the table of differences below.",
    "curves": "The bands include noise that all families of a repetition share.",
    "costs": "Wall time of fit and predict_proba on one thread, while other workers used the "
    "machine: orders of magnitude only.",
    "ends": "Means over repetitions at the last generation, 95% intervals in brackets. Losses: "
    "rate 0 minus the rate, paired by repetition, in percentage points (AUC: area under the ROC "
    "curve, times 100). {}. Seconds: training and scoring of a lineage, on one thread.",
    "matrix": "At the highest rate: how much more accuracy the first loses than the second, in "
    "percentage points, where the 95% interval of the difference leaves 0 out; a dot where it does "
    "not, which is no proof that they are alike. Columns: what both have in common. Intervals are "
    "pair by pair: of 20 pairs that are alike, one is expected to be shown.",
    "contrasts": "First minus second at the same rate in the same repetitions, in percentage "
    "points with 95% intervals: of accuracy, and of the loss of accuracy against rate 0.",
}


def page(result: StageResult) -> Page:
    """Show what each family loses, whether by drift, and what it costs."""
    generations = statistics.checked(result.frames["generations"])
    frames = _frames(generations)
    losses, answers = frames["losses"], frames["drift_or_information"]
    accuracy = losses[losses["metric"] == "accuracy"]
    return Page(
        name=result.stage,
        title=result.stage.replace("_", " "),
        headlines=summary.comparison_headlines(answers, accuracy),
        tables=[_end_table(generations, losses, frames["costs"])],
        sections=_sections(generations, frames, result),
        more=[
            _matrix(frames["contrasts"]),
            _contrast_table(frames["contrasts"]),
            _back_table(frames["given_back"]),
            metrics_table(generations),
            lineage_table(generations),
        ],
        frames=frames | {"generations": generations},
        facts=result.facts,
        cautions=cautions(generations),
        glossary=descriptions(generations),
    )


def _frames(generations: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """All statistics of the page."""
    metrics = metrics_of(generations)
    losses = [statistics.paired_loss(generations, metric) for metric in metrics]
    return {
        "summary": statistics.summary(generations),
        "losses": _named(pd.concat(losses, ignore_index=True), generations),
        "drift_or_information": statistics.drift_or_information(generations),
        "given_back": statistics.given_back(generations),
        "contrasts": pd.concat([statistics.contrasts(generations, metric) for metric in metrics]),
        "costs": _named(statistics.costs(generations), generations),
        "curve": pd.concat([statistics.curve(generations, metric) for metric in metrics]),
    }


def _named(table: pd.DataFrame, generations: pd.DataFrame) -> pd.DataFrame:
    """Add a column with the part of the family's name that differs between families."""
    names = statistics.condition_names(generations)
    keys = table[CONDITION].itertuples(index=False, name=None)
    return table.assign(name=[names[key] or ", ".join(map(str, key[:3])) for key in keys])


def _sections(
    generations: pd.DataFrame, frames: dict[str, pd.DataFrame], result: StageResult
) -> list[Section]:
    data, losses, answers = (
        result.facts.get("data", ""),
        frames["losses"],
        frames["drift_or_information"],
    )
    contrasts = frames["contrasts"].query("metric == 'accuracy'")
    sections = []
    if len(answers):
        sections.append(
            Section(
                "drift_or_information",
                "A loss of information, or a drift of the class shares?",
                summary.drift_findings(answers),
                figure_drift.drift_or_information(generations, answers, data),
                HINTS["drift"],
            )
        )
    if (losses["rate"] > 0).any():
        sections.append(
            Section(
                "losses",
                "What each family loses",
                summary.contrast_findings(contrasts),
                figures.compared_losses(generations, result.margin, data),
                HINTS["losses"],
            )
        )
    sections.append(
        Section(
            "curves",
            "Along the lineage",
            summary_lineages.metric_findings(generations),
            figures.compared_curves(generations, data),
            HINTS["curves"],
        )
    )
    if len(frames["costs"]):
        sections.append(
            Section(
                "costs",
                "Time of a lineage",
                summary.cost_findings(frames["costs"]),
                figures.costs(generations, frames["costs"], data),
                HINTS["costs"],
            )
        )
    return sections


def _end_table(generations: pd.DataFrame, losses: pd.DataFrame, costs: pd.DataFrame) -> Table:
    """State, losses and cost of each family and rate."""
    summary = _named(statistics.summary(generations), generations)
    by, metrics = [*CONDITION, "rate", "metric"], metrics_of(generations)
    share, what = SHARES[metrics[2]]
    lost = {tuple(row[by]): row for _, row in losses.iterrows()}
    seconds = {tuple(row[CONDITION]): row["mean"] for _, row in costs.iterrows()}
    rows = [
        [
            row["name"],
            f"{row.rate:g}",
            interval(row.accuracy, row.accuracy_low, row.accuracy_high, 4),
            *(_lost(lost.get((*row[CONDITION], row.rate, metric))) for metric in metrics[:2]),
            number(row[metrics[2]], 3),
            f"{seconds.get(tuple(row[CONDITION]), float('nan')):.3g}",
            str(row.repetitions),
        ]
        for _, row in summary.iterrows()
    ]
    heads = ["family", "rate", "accuracy", "accuracy lost", "AUC lost", share, "seconds"]
    hint = HINTS["ends"].format(what)
    return Table("At the last generation", [*heads, "repetitions"], rows, hint)


def _lost(row: pd.Series | None) -> str:
    if row is None:
        return "–"
    return "0" if row["rate"] == 0 else column_in_points(row)


def _matrix(contrasts: pd.DataFrame) -> Table:
    """Which losses differ at the highest rate: pairs by what they have in common."""
    pairs = summary.at_highest_rate(contrasts[contrasts["metric"] == "accuracy"])
    signs = [
        f"{100 * loss:+.2f}" if shown else "·"
        for loss, shown in zip(pairs["loss"], summary.is_shown(pairs), strict=True)
    ]
    names = pairs["first"].astype(str) + " − " + pairs["second"].astype(str)
    cells = pairs.assign(pair=names, cell=signs)
    grid = cells.pivot(index="pair", columns="held", values="cell").reindex(names.unique())
    rows = [[str(pair), *cells.fillna("")] for pair, cells in grid.iterrows()]
    return Table("Which losses differ", ["loss of", *map(str, grid.columns)], rows, HINTS["matrix"])


def _contrast_table(contrasts: pd.DataFrame) -> Table:
    rows = [
        [
            f"{row['first']} − {row['second']}",
            row["held"],
            f"{row['rate']:g}",
            column_in_points(row),
            column_in_points(row, "loss"),
            str(row["n"]),
        ]
        for _, row in contrasts[contrasts["metric"] == "accuracy"].iterrows()
    ]
    heads = ["difference", "with", "rate", "accuracy", "loss of accuracy", "pairs"]
    return Table("Differences between families", heads, rows, HINTS["contrasts"])


def _back_table(given_back: pd.DataFrame) -> Table:
    names: Sequence[str] = [name for name in FAMILY if name != "labelling"]
    rows = [
        [
            *(str(row[name]) for name in names),
            row["labelling"],
            f"{row['rate']:g}",
            *(column_in_points(row, part) for part in ("loss", "left", "back", "share")),
            str(row["n"]),
        ]
        for _, row in given_back.iterrows()
    ]
    heads = [*names, "labelling", "rate", "lost with argmax", "lost with it", "given back"]
    title = "What another labelling than argmax gives back, in points"
    return Table(title, [*heads, "given back (% of the loss)", "pairs"], rows)
