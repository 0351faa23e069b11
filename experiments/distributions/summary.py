"""Sentences about chains of models. Knows the tables of `analysis`, and no figures."""

import pandas as pd

from experiments.distributions.analysis import system, within_interval
from mc.report.wording import interval, listed


def headline(contrasts: pd.DataFrame, ends: pd.DataFrame) -> str:
    """Whether models end further from the truth if old rows are discarded.

    Parameters
    ----------
    contrasts : DataFrame
        Of `analysis.apart`: replace against accumulate at the highest rate.
    ends : DataFrame
        Of `experiments.distributions.analysis.chain_ends`.
    """
    rate, after = ends["rate"].max(), int(ends["generation"].max())
    if contrasts.empty:
        return f"Chains of models after {after} generations, at rates up to {rate:g}."
    further = int((contrasts["low"] > 0).sum())
    nearer = contrasts[contrasts["high"] < 0]
    start = (
        f"At rate {rate:g}, after {after} generations, replace ends further from the truth than "
        f"accumulate in {further} of {len(contrasts)} systems (95% intervals of the paired "
        "difference)"
    )
    if nearer.empty:
        return f"{start}."
    names = listed([system(name).title.lower() for name in nearer["system"]])
    return f"{start}, and nearer in {len(nearer)} ({names})."


def end_finding(ends: pd.DataFrame) -> str:
    """The main metric of one system at the end, at the highest rate by regime, and at the lowest.

    Parameters
    ----------
    ends : DataFrame
        The rows of one system and size.
    """
    plugin = system(ends["system"].iloc[0])
    metric = next(iter(plugin.metrics))
    rows = ends[ends["metric"] == metric]
    high, low = rows["rate"].max(), rows["rate"].min()
    most = rows[rows["rate"] == high]
    ends_at = [f"{_number(row)} under {row['regime']}{_theory(row)}" for _, row in most.iterrows()]
    name = metric.replace("_", " ").capitalize()
    sentence = f"{name} ends at {listed(ends_at)} at rate {high:g}"
    if low < high:
        least = rows.loc[rows["rate"] == low, "mean"]
        sentence += f", and between {least.min():.3g} and {least.max():.3g} at rate {low:g}"
    return f"{sentence} (the truth: {plugin.perfect[metric]:.3g})."


def theory_findings(curves: pd.DataFrame) -> list[str]:
    """How theory and simulation agree, from the curves of one system and size."""
    inside, both = within_interval(curves)
    if not both:
        return ["Theory cannot be compared: it is not known, or 1 repetition has no interval."]
    return [
        f"Theory lies inside the 95% interval of the simulation in {inside} of {both} points "
        f"({inside / both:.0%}), over all metrics; neighbouring generations depend on each other."
    ]


def class_findings(chains: pd.DataFrame) -> list[str]:
    """How many classes are lost in the drawn chain.

    Parameters
    ----------
    chains : DataFrame
        The drawn chain: its rows with a column ``share/<class>`` for each class.
    """
    portraits = system(chains["system"].iloc[0]).portraits
    shares = [name for name in portraits if name in chains]
    last = chains[chains["generation"] == chains["generation"].max()]
    sentences = []
    for _, row in last.iterrows():
        values = row[shares].astype(float)
        sentences.append(
            f"Under {row['regime']}, {int((values == 0).sum())} of {len(shares)} classes are lost, "
            f"and {portraits[values.idxmax()]} has {values.max():.0%} of the rows."
        )
    return [
        *sentences,
        "One chain: which class grows is chance. On average over chains every class keeps its "
        "share if the regime weighs all rows alike, but diversity falls.",
    ]


def _number(row: pd.Series) -> str:
    return interval(row["mean"], row["low"], row["high"], 3)


def _theory(row: pd.Series) -> str:
    return "" if pd.isna(row["theory"]) else f" (theory {row['theory']:.3g})"
