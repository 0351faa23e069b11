"""Sentences about an audit. Knows its tables (see `experiments.audit.page`), and no figures."""

import math
from typing import Any

import pandas as pd

from mc.report.wording import in_points, listed, points, span

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
ABOUT = {
    "texts": ("words", "style", "vocabulary", "repetition"),
    "labels": ("label_rule", "label_fit"),
    "copies": ("copies", "copied_human"),
    "class shares": ("class_share",),
}
HINTS = {
    "texts": "texts that are written in another way",
    "labels": "labels that are given in another way, given the text",
    "copies": "reviews that are near-copies",
    "class shares": "other shares of the classes",
}


def verdict(shown: pd.DataFrame, confidence: float) -> str:
    """The answer in one sentence: whether a difference was found, and where."""
    found = shown[shown["alarm"]]
    sure = f"{100 * confidence:g}% confidence over {len(shown)} checks"
    if found.empty:
        least = shown["p_holm"].min()
        return (
            f"No difference between the suspect and the human corpus was found, with {sure} "
            f"(smallest corrected p: {least:.2g}); that is not to say that there is none."
        )
    told = [
        f"{HINTS[name]} ({listed([_with_p(row) for _, row in rows.iterrows()])})"
        for name, checks in ABOUT.items()
        for rows in [found[found["check"].isin(checks)]]
        if len(rows)
    ]
    return f"The suspect differs from the human corpus, with {sure}: {listed(told)}."


def sight(smallest: pd.DataFrame, planted: pd.DataFrame, power: float, rows: int) -> list[str]:
    """What the audit would have seen, by planted pollution."""
    sentences = []
    for kind, own in smallest.groupby("kind", sort=False):
        best = own.loc[own["share"].idxmin()]
        largest = planted.loc[planted["kind"] == kind, "share"].max()
        start = f"Of {MADE[str(kind)]}, planted among {rows:,} human reviews,"
        if math.isinf(best["share"]):
            sentences.append(
                f"{start} not even a share of {100 * largest:g}% would be seen by one check in "
                f"{100 * power:g}% of audits."
            )
            continue
        high = "more" if math.isinf(best["high"]) else f"{100 * best['high']:.1f}"
        sentences.append(
            f"{start} a share of {100 * best['share']:.1f}% [{100 * best['low']:.1f}, {high}] "
            f"would be seen in {100 * power:g}% of audits ({NAMES[best['check']]})."
        )
    return sentences


def false_alarms(detected: pd.DataFrame, confidence: float) -> list[str]:
    """How often human reviews raised an alarm against human ones."""
    rows = detected[(detected["kind"] == "nothing") & (detected["check"] == "any")]
    return [
        f"Human against human reviews: {row['alarms']} of {row['n']} audits raised an alarm "
        f"({100 * row['rate']:.0f}%{span(row['low'], row['high'])}); {100 * (1 - confidence):g}% "
        "at most should."
        for _, row in rows.iterrows()
    ]


def detected(table: pd.DataFrame) -> list[str]:
    """How often each planted share raised an alarm."""
    rows = table[(table["check"] == "any") & (table["share"] > 0)]
    return [
        f"{MADE[str(kind)].capitalize()}: "
        + listed(
            [
                f"{row['alarms']} of {row['n']} at {100 * row['share']:g}%"
                for _, row in own.iterrows()
            ]
        )
        + " raised an alarm."
        for kind, own in rows.groupby("kind", sort=False)
    ]


def usefulness(audit: Any) -> str:
    """What training on the suspect costs."""
    mean, low, high = (audit[f"use_{name}"] for name in ("loss", "low", "high"))
    unsure = " (no difference found)" if low <= 0 <= high else ""
    return (
        f"Trained on {audit['use_train_size']:,.0f} reviews of the suspect, a classifier loses "
        f"{in_points(mean, low, high)} points of accuracy on human reviews against one that was "
        f"trained on as many human ones{unsure}."
    )


def pollution(audit: Any, truth: float | None) -> str:
    """The estimated share, where there was something to estimate it with."""
    low, high = audit["pollution_low"], audit["pollution_high"]
    known = "" if truth is None else f"; {100 * truth:g}% it is"
    told = (
        f"Estimated from known synthetic rows, {points(audit['pollution_share'])}%"
        f"{span(low, high)} of the suspect is synthetic{known}."
    )
    if high - low > 1:
        told += " The known rows are hardly told from human ones: that says next to nothing."
    return told


def overlap(facts: Any) -> list[str]:
    """Reviews that both corpora have."""
    many = facts.get("human reviews also in the suspect", "0")
    if many == "0":
        return []
    other = facts["of them with another label there"]
    return [
        f"{many} reviews are in both corpora, {other} of them with another label in the suspect; "
        "they were left out of the human side, and audited as the suspect's."
    ]


def words(table: pd.DataFrame) -> list[str]:
    """The words that gain and lose most."""
    few = 5
    gain = table.sort_values("word_score", ascending=False)["word"].head(few)
    lose = table.sort_values("word_score")["word"].head(few)
    return [
        f"Most gained by the suspect: {listed(gain.tolist())}; most lost: {listed(lose.tolist())}. "
        "Among thousands of words some always do by chance."
    ]


def copies(audit: Any) -> list[str]:
    """Near-duplicates on both sides."""
    own, human, across = (
        100 * audit[name] for name in ("copies_in_suspect", "copies_in_human", "copies_across")
    )
    return [
        f"{own:.2f}% of the suspect's reviews have a near-duplicate in it, {human:.2f}% of the "
        f"human ones one among them; {across:.2f}% of the suspect's have one among the human ones."
    ]


def tail(deciles: pd.DataFrame) -> list[str]:
    """The rarest words on both sides."""
    rare = deciles[deciles["decile"] > 5].groupby("side")["lost"].mean()
    return [
        f"Of the rarer half of the vocabulary a block of human reviews lacks {100 * rare[0]:.1f}% "
        f"of the kinds of words, a block of the suspect {100 * rare[1]:.1f}%."
    ]


def _with_p(row: Any) -> str:
    p = f"p = {row['p_holm']:.2g}" if row["p_holm"] >= 1e-4 else "p < 0.0001"
    return f"{NAMES[row['check']]}, {p}"
