"""The page's part on the standard measures of generated text; empty without them."""

from collections.abc import Mapping

import pandas as pd

from experiments.text_collapse import figures
from experiments.text_collapse.summary import worst_regime
from mc.report.page import Section, Table
from mc.report.wording import interval, listed
from mc.statistics.intervals import SHARES as OF_CLASSIFIERS
from mc.text.measures.standard import MEASURES

SHARES = (*OF_CLASSIFIERS, *(name for name, each in MEASURES.items() if each.highest == "1"))
DIGITS = {"vendi": 1}  # of all others `DIGITS_OF_SHARES`
DIGITS_OF_SHARES = 3
TOLD = ("mauve", "text_precision", "text_recall", "vendi", "self_bleu", "authenticity")
HINT = (
    "All rates are compared with the same held-out human texts of the repetition; authenticity and "
    "the distance to what was read with the texts that the generator has read. Values depend on "
    "the embedding and on the number of texts, so compare only those of equal settings."
)
OF_TABLE = (
    "Differences are paired with rate 0 of the same repetition, with 95% intervals. The table of "
    "all metrics has all regimes."
)


def tables(curves: pd.DataFrame, contrasts: pd.DataFrame) -> list[Table]:
    """Each measure at the last generation: at rate 0, and how other rates differ from it.

    Parameters
    ----------
    curves, contrasts : DataFrame
        Means, and differences from rate 0; columns regime, rate, generation, metric, mean, low,
        high and n.
    """
    ends, regime = _ends(curves, contrasts)
    if ends.empty:
        return []
    keys = ["metric", "rate"]
    levels, (differences, _) = ends.set_index(keys), _ends(contrasts, contrasts)
    known = differences.set_index(keys)
    rates = sorted(ends["rate"].unique())
    is_paired = [len(known) > 0 and rate > 0 for rate in rates]
    heads = [
        f"rate {rate:g} (difference)" if paired else f"rate {rate:g}"
        for rate, paired in zip(rates, is_paired, strict=True)
    ]
    rows = [
        [each.name, f"{each.lowest} to {each.highest}", each.higher]
        + [
            _cell(name, (known if paired else levels).loc[(name, rate)])
            for rate, paired in zip(rates, is_paired, strict=True)
        ]
        for name, each in MEASURES.items()
    ]
    title = f"Standard measures at the last generation, {regime}"
    return [Table(title, ["measure", "range", "higher means", *heads], rows, OF_TABLE)]


def sections(
    curves: pd.DataFrame, contrasts: pd.DataFrame, facts: Mapping[str, str], about: str
) -> list[Section]:
    """A few of the measures by generation, and what differs at the highest rate."""
    if not curves["metric"].isin(MEASURES).any():
        return []
    data = f"{about}; embedding {facts.get('embedding', 'lsa')}"
    figure = figures.standard_curves(curves, data)
    title = "Standard measures of written texts"
    return [Section("standard", title, findings(contrasts), figure, HINT)]


def findings(contrasts: pd.DataFrame) -> list[str]:
    """Differences at the highest rate under the worst regime, and what does not differ."""
    ends, regime = _ends(contrasts, contrasts)
    if ends.empty:
        return []
    rate = ends["rate"].max()
    own = ends[ends["rate"] == rate].set_index("metric")
    parts = [f"{MEASURES[name].name} {_cell(name, own.loc[name], sign=True)}" for name in TOLD]
    sentences = [
        f"Under {regime} at rate {rate:g}, written texts differ from those of rate 0 at generation "
        f"{ends['generation'].iloc[0]} by: {listed(parts)}."
    ]
    same = own[(own["low"] <= 0) & (own["high"] >= 0)].index
    if len(same):
        names = listed([MEASURES[name].name for name in MEASURES if name in same])
        sentences.append(f"Not detectably different: {names}.")
    return sentences


def _ends(table: pd.DataFrame, contrasts: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Rows of the measures at the last generation under one regime, and its name."""
    rows = table[table["metric"].isin(MEASURES)]
    if rows.empty:
        return rows, ""
    regime = worst_regime(contrasts) if len(contrasts) else str(rows["regime"].iloc[0])
    is_end = (rows["regime"] == regime) & (rows["generation"] == rows["generation"].max())
    return rows[is_end], regime


def _cell(name: str, row: pd.Series, *, sign: bool = False) -> str:
    text = interval(row["mean"], row["low"], row["high"], DIGITS.get(name, DIGITS_OF_SHARES))
    return f"+{text}" if sign and not text.startswith("-") else text
