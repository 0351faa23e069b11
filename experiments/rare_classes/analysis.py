"""Generations to tables: what each class loses, which vanish and when, and three claims."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mc.lineage.class_metrics import rarest, series
from mc.lineage.recipe import NOTHING
from mc.statistics.comparison import ratio_interval
from mc.statistics.intervals import CONFIDENCE, Interval, mean_interval
from mc.types import PreparedRows

CONDITION = ["regime", "labelling", "strategy", "rate"]
METRICS = ("accuracy", "balanced_accuracy", "roc_auc", "rare_recall")
MARGIN = 0.01  # of recall: a smaller gain does not matter
N_CLAIMS = 3  # judged together


def classes(rows: PreparedRows) -> pd.DataFrame:
    """The classes, the most frequent first.

    Returns
    -------
    DataFrame
        name; key, what stands for it in names of metrics; share of the labels; is_rare, whether it
        is among those of the rarest tenth.
    """
    share = np.bincount(rows.labels, minlength=len(rows.classes)) / len(rows.labels)
    rare = np.isin(np.arange(len(share)), rarest(share))
    table = pd.DataFrame(
        {"name": rows.classes, "key": series(rows.classes), "share": share, "is_rare": rare}
    )
    return table.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def ends(generations: pd.DataFrame) -> pd.DataFrame:
    """The last generation of each lineage."""
    return generations[generations["generation"] == generations["generation"].max()]


def paired(generations: pd.DataFrame) -> pd.DataFrame:
    """Ends above rate 0, with all metrics of rate 0 of their regime and replicate as ``_human``."""
    last = ends(generations)
    human = last[last["rate"] == 0].drop(columns=["labelling", "strategy", "rate"])
    above = last[last["rate"] > 0]
    return above.merge(human, on=["regime", "replicate"], suffixes=("", "_human"))


def losses(generations: pd.DataFrame) -> pd.DataFrame:
    """What each condition loses against human labels at the end.

    Returns
    -------
    DataFrame
        `CONDITION`; for each of `METRICS` the mean loss with _low and _high (95% t intervals over
        replicates); lost, the mean number of classes never predicted, less that of rate 0;
        divergence, of class shares, in bits; human_labels; n.
    """
    return pd.DataFrame(_loss_rows(generations))


def _loss_rows(generations: pd.DataFrame) -> Iterator[dict[str, object]]:
    for keys, rows in paired(generations).groupby(CONDITION, sort=False):
        row: dict[str, object] = dict(zip(CONDITION, keys, strict=True))
        for metric in METRICS:
            row |= _named(metric, mean_interval(rows[f"{metric}_human"] - rows[metric]))
        row["lost"] = float((rows["classes_lost"] - rows["classes_lost_human"]).mean())
        row["divergence"] = float(rows["share_divergence"].mean())
        row["human_labels"] = float(rows["human_labels"].mean())
        row["n"] = len(rows)
        yield row


def _named(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.mean, f"{name}_low": interval.low, f"{name}_high": interval.high}


def rare_parts(generations: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """How much of the lost accuracy sits in the rarest tenth of the labels.

    Returns
    -------
    DataFrame
        `CONDITION`, share (of the labels that are of the rare classes), part, low, high (ratio of
        mean losses with Fieller's interval; NaN where no loss is shown).
    """
    rare = known[known["is_rare"]]
    rows = []
    for keys, pairs in paired(generations).groupby(CONDITION, sort=False):
        lost_of_rare = sum(
            share * (pairs[f"recall/{key}_human"] - pairs[f"recall/{key}"]).fillna(0).to_numpy()
            for key, share in zip(rare["key"], rare["share"], strict=True)
        )
        lost = (pairs["accuracy_human"] - pairs["accuracy"]).to_numpy()
        ratio = ratio_interval(np.asarray(lost_of_rare), lost)
        rows.append([*keys, rare["share"].sum(), *ratio])
    return pd.DataFrame(rows, columns=[*CONDITION, "share", "part", "low", "high"])


def by_class(generations: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """What each class loses in each condition.

    Returns
    -------
    DataFrame
        `CONDITION`, name, share (human); recall with recall_low and recall_high, at the end; loss
        with loss_low and loss_high, of recall against rate 0 (NaN at rate 0); gone, in how many
        replicates it is never predicted at the end; since, the median generation from which it is
        never predicted again there; n.
    """
    return pd.DataFrame(_class_rows(generations, known))


def _class_rows(generations: pd.DataFrame, known: pd.DataFrame) -> Iterator[dict[str, object]]:
    pairs = dict(list(paired(generations).groupby(CONDITION, sort=False)))
    for keys, rows in generations.groupby(CONDITION, sort=False):
        last = ends(rows)
        for one in known.itertuples():
            row: dict[str, object] = dict(zip(CONDITION, keys, strict=True))
            row |= {"name": one.name, "share": one.share}
            row |= _named("recall", mean_interval(last[f"recall/{one.key}"]))
            lost: Iterable[float] = [np.nan]
            if keys in pairs:
                lost = pairs[keys][f"recall/{one.key}_human"] - pairs[keys][f"recall/{one.key}"]
            row |= _named("loss", mean_interval(lost))
            since = _gone_since(rows, f"share/{one.key}")
            row["gone"] = int(np.isfinite(since).sum())
            row["since"] = float(np.median(since[np.isfinite(since)])) if row["gone"] else np.nan
            row["n"] = len(last)
            yield row


def _gone_since(rows: pd.DataFrame, share: str) -> NDArray[np.float64]:
    """Generation from which each replicate never predicts a class again; NaN where it does."""
    since = []
    for _, lineage in rows.sort_values("generation").groupby("replicate"):
        seen = np.flatnonzero(lineage[share].to_numpy() > 0)
        after = int(seen[-1]) + 1 if len(seen) else 0
        since.append(after if after < len(lineage) else np.nan)
    return np.array(since, float)


def claims(generations: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Three claims about rare classes, judged together at 95%.

    Returns
    -------
    DataFrame
        claim, what (is measured), where (condition), mean, low, high (a Bonferroni interval), n,
        verdict: ``supported``, ``contradicted`` or ``undecided``.
    """
    plain = generations[generations["strategy"] == NOTHING]
    highest = plain["rate"].max()
    rows = [
        row for make in (_rare_first, _more_data, _sampling) for row in make(plain, known, highest)
    ]
    return pd.DataFrame(rows)


def _rare_first(
    plain: pd.DataFrame, known: pd.DataFrame, rate: float
) -> Iterator[dict[str, object]]:
    """Rare classes lose a larger part of their recall than the most frequent one."""
    for regime, rows in (
        paired(plain).query("rate == @rate and labelling == 'argmax'").groupby("regime", sort=False)
    ):
        rare = _part_lost(rows, known[known["is_rare"]])
        frequent = _part_lost(rows, known.iloc[:1])
        yield _claim(
            "rare classes go first",
            "part of the recall that the rarest tenth loses, less that of the most frequent class",
            f"{regime}, argmax, rate {rate:g}",
            rare - frequent,
        )


def _part_lost(rows: pd.DataFrame, of: pd.DataFrame) -> NDArray[np.float64]:
    """Part of the recall under human labels that classes lose together, by replicate."""
    before, after = (
        sum(
            share * rows[f"recall/{key}{suffix}"].fillna(0).to_numpy()
            for key, share in zip(of["key"], of["share"], strict=True)
        )
        for suffix in ("_human", "")
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        part: NDArray[np.float64] = np.asarray((before - after) / np.asarray(before))
    return np.where(np.isfinite(part), part, np.nan)


def _more_data(
    plain: pd.DataFrame, known: pd.DataFrame, rate: float
) -> Iterator[dict[str, object]]:
    """Under accumulation the rows grow, and the recall of rare classes does not."""
    rows = plain.query("rate == @rate and labelling == 'argmax' and regime == 'accumulate'")
    if rows.empty:
        return
    by_step = rows.pivot_table(index="replicate", columns="generation", values="rare_recall")
    gain = (by_step[by_step.columns.max()] - by_step[by_step.columns.min()]).to_numpy()
    yield _claim(
        "more data does not help",
        "recall of the rarest tenth at the last generation, less that at the first",
        f"accumulate, argmax, rate {rate:g}",
        gain,
        bound=MARGIN,
        is_above=False,
    )


def _sampling(plain: pd.DataFrame, known: pd.DataFrame, rate: float) -> Iterator[dict[str, object]]:
    """Drawn labels keep rare classes better than the likeliest ones."""
    last = ends(plain).query("rate == @rate")
    table = last.pivot_table(
        index=["regime", "replicate"], columns="labelling", values="rare_recall", sort=False
    )
    if not {"argmax", "sample"} <= set(table.columns):
        return
    for regime, rows in table.groupby("regime", sort=False):
        yield _claim(
            "sampling the labels instead of taking the likeliest keeps them",
            "recall of the rarest tenth under sample, less that under argmax",
            f"{regime}, rate {rate:g}",
            (rows["sample"] - rows["argmax"]).to_numpy(),
        )


def _claim(
    claim: str,
    what: str,
    where: str,
    values: NDArray[np.float64],
    *,
    bound: float = 0.0,
    is_above: bool = True,
) -> dict[str, object]:
    """A claim that a mean lies above a bound, or below it, with its verdict."""
    mean, low, high, n = mean_interval(values, 1 - (1 - CONFIDENCE) / N_CLAIMS)
    above, below = low > bound, high < bound
    supported, contradicted = (above, below) if is_above else (below, above)
    verdict = "supported" if supported else "contradicted" if contradicted else "undecided"
    return {
        "claim": claim,
        "what": what,
        "where": where,
        "mean": mean,
        "low": low,
        "high": high,
        "n": n,
        "verdict": verdict,
    }
