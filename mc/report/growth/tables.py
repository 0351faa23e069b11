"""Tables and cautions that all pages of lineages share."""

from collections.abc import Iterable

import pandas as pd

from mc import statistics
from mc.lineage.class_metrics import descriptions
from mc.report.page import Table
from mc.report.wording import column_in_points, interval, number
from mc.statistics import CONDITION, LINEAGE, share_metric

SHARES = {  # of a metric of class shares: the head of its column, and what it is
    "positive_share": ("positive", "Positive: share of held-out reviews predicted positive"),
    "largest_share": ("largest class", "Largest class: share of rows in the class predicted most"),
}
SHARE_WORDS = {  # after "the share"
    "positive_share": "predicted positive",
    "largest_share": "in the class predicted most",
}
ENDS = (
    "Means over repetitions, with 95% intervals in brackets. AUC: area under the ROC curve. "
    "{}. Loss: accuracy at rate 0 minus "
    "accuracy at the rate, paired by repetition, in percentage points; its intervals hold for all "
    "rates of a condition together. Verdict: on which side of the margin of {:g} points the "
    "interval lies. One class: repetitions whose last classifier predicts a single class."
)


def cautions(generations: pd.DataFrame) -> list[str]:
    """Limits of the numbers made from such lineages."""
    sentences, stopped = [], statistics.unfinished(generations)
    if stopped:
        sentences.append(
            f"{stopped} of {generations.groupby(LINEAGE, dropna=False).ngroups} lineages stopped "
            "before their last generation and are left out where the end is compared."
        )
    if generations["replicate"].nunique() == 1:
        sentences.append("1 repetition: no interval, so differences may be chance.")
    rates = set(generations["rate"])
    if 0 not in rates:
        sentences.append("Rate 0 is not among the lineages, so no loss can be paired.")
    return sentences


def end_table(generations: pd.DataFrame, verdicts: pd.DataFrame, margin: float) -> Table:
    """State at the end, loss and verdict of each condition and rate."""
    names, table = statistics.condition_names(generations), statistics.summary(generations)
    share = share_metric(generations)
    head, what = SHARES[share]
    by = [*CONDITION, "rate"]
    table = table.merge(verdicts[[*by, "verdict"]], on=by, how="left")
    named = any(names.values())
    rows = [
        [
            *([names.get(tuple(row[CONDITION]), "")] if named else []),
            f"{row.rate:g}",
            interval(row.accuracy, row.accuracy_low, row.accuracy_high, 4),
            number(row.roc_auc, 4),
            number(row[share], 3),
            "0" if row.rate == 0 else column_in_points(row, "loss"),
            row.verdict if isinstance(row.verdict, str) else "–",
            str(row.repetitions),
            str(row.one_class),
        ]
        for _, row in table.iterrows()
    ]
    heads = ["rate", "accuracy", "AUC", head, "loss (points)", "verdict", "repetitions"]
    heads = [*(["condition"] if named else []), *heads, "one class"]
    return Table("At the last generation", heads, rows, ENDS.format(what, 100 * margin))


def metrics_table(generations: pd.DataFrame) -> Table:
    """Means of all metrics at the end."""
    shown = [name for name in descriptions(generations) if name in generations]
    table = statistics.end_means(generations, shown)
    title = "All metrics at the last generation, means over repetitions"
    return _wide_table(title, generations, table, ["rate"], shown)


def lineage_table(generations: pd.DataFrame) -> Table:
    """Where each lineage ends."""
    table = statistics.at_generation(generations)
    share = share_metric(generations)
    shown = ["accuracy", "roc_auc", share, "synthetic_share", "label_error"]
    title = "Each lineage at its last generation"
    return _wide_table(title, generations, table, ["rate", "replicate"], shown)


def _wide_table(
    title: str,
    generations: pd.DataFrame,
    table: pd.DataFrame,
    keys: list[str],
    metrics: list[str],
) -> Table:
    """One column a metric, as far as the table has it."""
    names = statistics.condition_names(generations)
    metrics = [name for name in metrics if name in table]
    conditions = table[CONDITION].itertuples(index=False, name=None)
    rows = [
        [names.get(condition, ""), *(f"{key:g}" for key in row_keys), *_cells(values)]
        for condition, row_keys, values in zip(
            conditions, table[keys].to_numpy(), table[metrics].to_numpy(), strict=True
        )
    ]
    return without_empty(Table(title, ["condition", *keys, *metrics], rows))


def without_empty(table: Table) -> Table:
    """Drop the first column where a lone condition has no name."""
    if any(row[0] for row in table.rows):
        return table
    return Table(table.title, table.heads[1:], [row[1:] for row in table.rows])


def _cells(values: Iterable[float]) -> list[str]:
    return [f"{value:,.0f}" if abs(value) >= 100 else number(value, 4) for value in values]
