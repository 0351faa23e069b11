"""The page of `distributions`: where models that learn from their own output end."""

from collections.abc import Iterator

import pandas as pd

from experiments.distributions import figures
from experiments.distributions import summary as found
from experiments.distributions.analysis import (
    apart,
    chain_curves,
    chain_ends,
    checked_chains,
    system,
)
from mc.report.page import Page, Section, Table, number
from mc.report.stage_result import StageResult

HINTS = {
    "ends": "Means over repetitions of each system's main metric, with 95% intervals; theory at "
    "the highest rate.",
    "curves": "Within a repetition all rates and regimes share their random numbers. Where theory "
    "is drawn it is exact, but for linear regression between rates 0 and 1 (to first order in "
    "features per row) and label noise (to second order in 1/size).",
    "classes": "The first chain of the first repetition. A band that ends has no rows left from "
    "which the model could learn that class.",
}
GLOSSARY = {
    "rate": "chance of each new row to be made by the model of the generation before",
    "replace": "a generation learns from its new rows only",
    "accumulate": "a generation learns from all rows so far",
    "subsample": "a generation learns from as many of all rows so far as generation 0 had",
    "chain": "generations of one model, from the truth's rows on",
}
CAUTIONS = (
    "Small systems in which the answer is known: they show what sampling alone does to a model "
    "that learns from itself, and nothing of what large models add to that.",
    "The chains of a repetition are independent, but under subsample they draw the same places of "
    "their own rows; intervals are over repetitions, which are independent.",
)


def page(result: StageResult) -> Page:
    """Tell of each system: its metrics by generation, where it ends, what theory says."""
    chains = checked_chains(result.frames["chains"])
    curves = chain_curves(chains)
    ends = chain_ends(curves)
    contrasts = apart(chains, "replace", "accumulate", ends["rate"].max())
    parts = [part for _, part in curves.groupby(["system", "size"], sort=False)]
    told = [found.system_headline(chain_ends(part)) for part in parts]
    return Page(
        name=result.stage,
        title="distributions",
        headlines=[found.headline(contrasts, ends), *told],
        tables=[_ends(ends)],
        sections=list(_sections(parts, chains, result)),
        frames={"ends": ends, "contrasts": contrasts, "curves": curves, "chains": chains},
        facts=result.facts,
        cautions=CAUTIONS,
        glossary={**GLOSSARY, **_metrics(ends)},
    )


def _sections(
    parts: list[pd.DataFrame], chains: pd.DataFrame, result: StageResult
) -> Iterator[Section]:
    for part in parts:
        name, size = part["system"].iloc[0], part["size"].iloc[0]
        several = chains["size"].nunique() > 1
        ending = f"_{size}" if several else ""
        title = system(name).title + (f", {size:,} rows" if several else "")
        sentences = [found.system_headline(chain_ends(part)), *found.theory_findings(part)]
        made_of = _made_of(part, result)
        figure = figures.chain_figure(part, made_of)
        yield Section(f"{name}{ending}", title, sentences, figure, HINTS["curves"])
        if hasattr(system(name), "portrait"):
            yield _classes(chains, name, size, ending, made_of)


def _classes(chains: pd.DataFrame, name: str, size: int, ending: str, made_of: str) -> Section:
    """The classes of one chain at the highest rate."""
    rows = chains[(chains["system"] == name) & (chains["size"] == size)]
    first = rows["replicate"] == rows["replicate"].min()
    drawn = rows[first & (rows["rate"] == rows["rate"].max())]
    figure = figures.class_figure(
        drawn, f"{made_of} Drawn is the first chain of the first repetition."
    )
    return Section(
        f"{name}_classes{ending}",
        "Who is left",
        found.class_findings(drawn),
        figure,
        HINTS["classes"],
    )


def _made_of(part: pd.DataFrame, result: StageResult) -> str:
    repetitions = int(part["n"].max())
    chains = result.facts.get("chains", "many")
    many = "repetition" if repetitions == 1 else "repetitions"
    return f"Data: {result.facts.get('data', '')}; {repetitions} {many} of {chains} chains."


def _ends(ends: pd.DataFrame) -> Table:
    """A row a system and regime: its main metric at the lowest and the highest rate."""
    rates = sorted({ends["rate"].min(), ends["rate"].max()})
    mains = ends[
        ends["metric"] == ends["system"].map(lambda name: next(iter(system(name).metrics)))
    ]
    rows = []
    for (name, size, regime), group in mains.groupby(["system", "size", "regime"], sort=False):
        at = {rate: group[group["rate"] == rate].iloc[0] for rate in rates}
        metric = at[rates[-1]]["metric"]
        rows.append(
            [
                str(name),
                f"{size:,}",
                str(regime),
                str(metric),
                number(system(str(name)).perfect[metric], 3),
                *(_cell(at[rate]) for rate in rates),
                number(at[rates[-1]]["theory"], 3),
            ]
        )
    heads = ["system", "size", "regime", "metric", "truth", *(f"rate {rate:g}" for rate in rates)]
    title = f"Where each system ends, at generation {int(ends['generation'].max())}"
    return Table(title, [*heads, "theory"], rows, HINTS["ends"])


def _cell(row: pd.Series) -> str:
    if pd.isna(row["low"]):
        return number(row["mean"], 3)
    return f"{row['mean']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"


def _metrics(ends: pd.DataFrame) -> dict[str, str]:
    """What each metric means, system by system."""
    return {
        f"{metric} ({name})": words
        for name in ends["system"].unique()
        for metric, words in system(name).metrics.items()
    }
