"""Sentences about chains of models. Knows the tables of `analysis`, and no figures."""

import pandas as pd

from experiments.distributions.analysis import system, within_interval
from mc.report.wording import listed


def headline(contrasts: pd.DataFrame, ends: pd.DataFrame) -> str:
    """Whether throwing the old rows away ends further from the truth than keeping them.

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


def system_headline(ends: pd.DataFrame) -> str:
    """Where one system ends at the highest rate, regime by regime, and at the lowest.

    Parameters
    ----------
    ends : DataFrame
        The rows of one system and size.
    """
    plugin = system(ends["system"].iloc[0])
    metric, words = next(iter(plugin.metrics.items()))
    rows = ends[ends["metric"] == metric]
    high, low = rows["rate"].max(), rows["rate"].min()
    most = rows[rows["rate"] == high]
    told = [f"{_number(row)} under {row['regime']}{_theory(row)}" for _, row in most.iterrows()]
    sentence = f"{plugin.title}: {words}, ends at {listed(told)} at rate {high:g}"
    if low < high:
        least = rows.loc[rows["rate"] == low, "mean"]
        sentence += f", and between {least.min():.3g} and {least.max():.3g} at rate {low:g}"
    return f"{sentence} (the truth: {plugin.perfect[metric]:.3g})."


def theory_findings(curves: pd.DataFrame) -> list[str]:
    """How theory and simulation agree, from the curves of one system and size."""
    inside, both = within_interval(curves)
    if not both:
        return ["No theory is drawn beside intervals: there is one repetition, or none is known."]
    return [
        f"Theory lies inside the 95% interval of the simulation in {inside} of {both} places "
        f"({inside / both:.0%}; neighbouring generations depend on each other)."
    ]


def class_findings(chains: pd.DataFrame) -> list[str]:
    """What became of the classes in the chain that is drawn.

    Parameters
    ----------
    chains : DataFrame
        The drawn chain: its rows with a column ``share <class>`` for each class.
    """
    shares = [name for name in chains if name.startswith("share ")]
    last = chains[chains["generation"] == chains["generation"].max()]
    told = []
    for _, row in last.iterrows():
        at = row[shares].astype(float)
        told.append(
            f"Under {row['regime']}, {int((at == 0).sum())} of {len(shares)} classes are gone and "
            f"{at.idxmax().removeprefix('share ')} holds {at.max():.0%}."
        )
    return [
        *told,
        "One chain: which class wins is chance. Averaged over chains every class keeps its share "
        "as long as the regime lets all rows count alike; what is lost on average is diversity.",
    ]


def _number(row: pd.Series) -> str:
    if pd.isna(row["low"]):
        return f"{row['mean']:.3g}"
    return f"{row['mean']:.3g} [{row['low']:.3g}, {row['high']:.3g}]"


def _theory(row: pd.Series) -> str:
    return "" if pd.isna(row["theory"]) else f" (theory {row['theory']:.3g})"
