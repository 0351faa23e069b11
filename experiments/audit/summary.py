"""Sentences about an audit. Knows its tables (see `experiments.audit.page`), and no figures."""

import math

import pandas as pd

from mc.report.wording import in_points, listed, points, span
from mc.types import Row

NAMES = {
    "class_share": "class shares",
    "words": "words",
    "style": "style",
    "label_rule": "labels: another rule",
    "label_fit": "labels: fit to the text",
    "copies": "copies of itself",
    "copied_human": "copies of human reviews",
    "vocabulary": "vocabulary",
    "repetition": "repetition",
}
MADE = {"labels": "labels given by a machine", "texts": "texts written by a machine"}
FOUND = {  # what checks find, in words
    "texts that are written in another way": ("words", "style", "vocabulary", "repetition"),
    "labels that are given in another way, given the text": ("label_rule", "label_fit"),
    "reviews that are near-copies": ("copies", "copied_human"),
    "other shares of the classes": ("class_share",),
}


def verdict(shown: pd.DataFrame, confidence: float) -> str:
    """The answer in one sentence: whether a difference was found, and where."""
    alarms = shown[shown["alarm"]]
    sure = f"{100 * confidence:g}% confidence over {len(shown)} checks"
    if alarms.empty:
        return (
            f"No difference between the suspect and the human corpus was found, with {sure} "
            f"(smallest corrected p: {shown['p_holm'].min():.2g}). This does not show that there "
            "is none."
        )
    parts = [
        f"{words} ({listed([_with_p(row) for _, row in rows.iterrows()])})"
        for words, checks in FOUND.items()
        if len(rows := alarms[alarms["check"].isin(checks)])
    ]
    return f"The suspect differs from the human corpus, with {sure}: {listed(parts)}."


def sight(smallest: pd.DataFrame, planted: pd.DataFrame, power: float, rows: int) -> list[str]:
    """The smallest planted share that the audit would detect."""
    sentences = []
    often = f"{100 * power:g}% of audits"
    for kind, by_check in smallest.groupby("kind", sort=False):
        best = by_check.loc[by_check["share"].idxmin()]
        start = f"Of {MADE[str(kind)]}, planted among {rows:,} human reviews,"
        if math.isinf(best["share"]):
            largest = planted.loc[planted["kind"] == kind, "share"].max()
            sentences.append(
                f"{start} no single check would detect even {100 * largest:g}% in {often}."
            )
            continue
        high = "more" if math.isinf(best["high"]) else f"{100 * best['high']:.1f}"
        sentences.append(
            f"{start} {100 * best['share']:.1f}% [{100 * best['low']:.1f}, {high}] would be "
            f"detected in {often} ({NAMES[best['check']]})."
        )
    return sentences


def false_alarms(detected: pd.DataFrame, confidence: float) -> list[str]:
    """How often human reviews raised an alarm against other human reviews."""
    rows = detected[(detected["kind"] == "nothing") & (detected["check"] == "any")]
    return [
        f"Human against human reviews: {row['alarms']} of {row['n']} audits raised an alarm "
        f"({100 * row['rate']:.0f}%{span(row['low'], row['high'])}); at most "
        f"{100 * (1 - confidence):g}% should."
        for _, row in rows.iterrows()
    ]


def usefulness(audit: Row) -> str:
    """What training on the suspect costs."""
    unsure = " (no difference found)" if audit["use_low"] <= 0 <= audit["use_high"] else ""
    loss = in_points(*(audit[f"use_{name}"] for name in ("loss", "low", "high")))
    return (
        f"Trained on {audit['use_train_size']:,.0f} reviews of the suspect, a classifier loses "
        f"{loss} points of accuracy on human reviews against one trained on as many human "
        f"ones{unsure}."
    )


def pollution(audit: Row, truth: float | None) -> str:
    """The estimated synthetic share; ``truth`` is known in a demonstration."""
    low, high = audit["pollution_low"], audit["pollution_high"]
    known = "" if truth is None else f"; the true share is {100 * truth:g}%"
    text = (
        f"Estimated from known synthetic rows, {points(audit['pollution_share'])}%"
        f"{span(low, high)} of the suspect is synthetic{known}."
    )
    if high - low > 1:
        text += " This says next to nothing: the known rows hardly differ from human ones."
    return text


def overlap(facts: Row) -> list[str]:
    """Reviews that are in both corpora."""
    many = facts.get("human reviews also in the suspect", "0")
    if many == "0":
        return []
    other = facts["of them with another label there"]
    return [
        f"{many} reviews are in both corpora, {other} of them with another label in the suspect. "
        "They are audited as part of the suspect, and left out of the human corpus."
    ]


def words() -> list[str]:
    """How far to trust the words."""
    return ["Among thousands of words, the extremes differ by chance alone."]


def tail(deciles: pd.DataFrame) -> list[str]:
    """The rarest words on both sides."""
    rare = deciles[deciles["decile"] > 5].groupby("side")["lost"].mean()
    return [
        f"A block of human reviews lacks {100 * rare[0]:.1f}% of the rarer half of the vocabulary, "
        f"a block of the suspect {100 * rare[1]:.1f}%."
    ]


def _with_p(row: Row) -> str:
    p = f"p = {row['p_holm']:.2g}" if row["p_holm"] >= 1e-4 else "p < 0.0001"
    return f"{NAMES[row['check']]}, {p}"
