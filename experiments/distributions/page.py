"""The page of `distributions`: where models that learn from their own output end."""

from collections.abc import Iterator

import pandas as pd

from experiments.distributions import figures, summary
from experiments.distributions.analysis import (
    apart,
    chain_curves,
    chain_ends,
    checked_chains,
    system,
)
from mc.lineage.systems import label_noise
from mc.report.page import Page, Section, Table
from mc.report.stage_result import StageResult
from mc.report.wording import interval, number, repetitions

HINTS = {
    "ends": "Means over repetitions of each system's main metric, with 95% intervals; theory at "
    "the highest rate.",
    "curves": "Within a repetition all rates and regimes share their random numbers. The theory is "
    "exact, except for linear and logistic regression between rates 0 and 1 (to first order in "
    "features per row; logistic regression has so many labels that the theory of large samples "
    f"holds) and for label noise (to second order in 1/size, within {label_noise.ERROR:g} from "
    f"{label_noise.MIN_SIZE} rows on, and not known for fewer).",
    "classes": "Where a band ends, no rows of that class are left to learn from.",
}
GLOSSARY = {
    "rate": "chance of each new row to come from the model of the previous generation",
    "replace": "a generation learns from its new rows only",
    "accumulate": "a generation learns from all rows so far",
    "subsample": "a generation learns from as many of all rows so far as generation 0 had",
    "chain": "generations of one model, which starts from the truth's rows",
}
CAUTIONS = (
    "Small systems with a known answer: they show the effect of sampling alone on a model that "
    "learns from itself, and not the other effects of large models.",
    "Under subsample the chains of a repetition draw rows at the same places, so they are not "
    "independent; intervals are over repetitions, which are.",
)


def page(result: StageResult) -> Page:
    """Show of each system its metrics by generation with theory, and its end."""
    chains = checked_chains(result.frames["chains"])
    curves = chain_curves(chains)
    ends = chain_ends(curves)
    contrasts = apart(chains, "replace", "accumulate", ends["rate"].max())
    parts = [part for _, part in curves.groupby(["system", "size"], sort=False)]
    return Page(
        name=result.stage,
        title="distributions",
        headlines=[summary.headline(contrasts, ends)],
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
        sentences = [summary.end_finding(chain_ends(part)), *summary.theory_findings(part)]
        footer = result.facts.get("data", ""), _chains(part, result)
        figure = figures.chain_figure(part, *footer)
        yield Section(f"{name}{ending}", title, sentences, figure, HINTS["curves"])
        if hasattr(system(name), "portrait"):
            yield _classes(chains, name, size, f"{name}_classes{ending}", footer)


def _classes(
    chains: pd.DataFrame, system_name: str, size: int, name: str, footer: tuple[str, str]
) -> Section:
    """The classes of one chain at the highest rate."""
    rows = chains[(chains["system"] == system_name) & (chains["size"] == size)]
    first = rows["replicate"] == rows["replicate"].min()
    drawn = rows[first & (rows["rate"] == rows["rate"].max())]
    figure = figures.class_figure(drawn, *footer)
    sentences = summary.class_findings(drawn)
    return Section(name, "Classes that remain", sentences, figure, HINTS["classes"])


def _chains(part: pd.DataFrame, result: StageResult) -> str:
    return f"{repetitions(int(part['n'].max()))} of {result.facts.get('chains', 'many')} chains"


def _ends(ends: pd.DataFrame) -> Table:
    """A row a system and regime: its main metric at the lowest and the highest rate."""
    rates = sorted({ends["rate"].min(), ends["rate"].max()})
    mains = ends[
        ends["metric"] == ends["system"].map(lambda name: next(iter(system(name).metrics)))
    ]
    rows = []
    for (name, size, regime), group in mains.groupby(["system", "size", "regime"], sort=False):
        ends_at = [group[group["rate"] == rate].iloc[0] for rate in rates]
        metric = ends_at[-1]["metric"]
        rows.append(
            [
                str(name),
                f"{size:,}",
                str(regime),
                str(metric),
                number(system(str(name)).perfect[metric], 3),
                *(interval(row["mean"], row["low"], row["high"], 3) for row in ends_at),
                number(ends_at[-1]["theory"], 3),
            ]
        )
    heads = ["system", "size", "regime", "metric", "truth", *(f"rate {rate:g}" for rate in rates)]
    title = f"Where each system ends, at generation {int(ends['generation'].max())}"
    return Table(title, [*heads, "theory"], rows, HINTS["ends"])


def _metrics(ends: pd.DataFrame) -> dict[str, str]:
    """The meaning of each metric, system by system."""
    return {
        f"{metric} ({name})": words
        for name in ends["system"].unique()
        for metric, words in system(name).metrics.items()
    }
