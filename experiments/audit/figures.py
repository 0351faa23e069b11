"""Figures of an audit: its checks, what they would detect, and where the sides differ."""

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from mc.report.canvas import GREY, MARKERS, OKABE_ITO, caption, draw_bars, legend, new_figure
from mc.report.wording import repetitions

HUMAN, SUSPECT = OKABE_ITO[0], OKABE_ITO[1]
KINDS = {"labels": OKABE_ITO[3], "texts": OKABE_ITO[2]}
FARTHEST = 12.0  # standard deviations that are drawn; beyond, an arrow


def check_board(
    shown: pd.DataFrame, human: pd.DataFrame, names: Mapping[str, str], critical: float, data: str
) -> Figure:
    """Each check's effect in standard deviations, with audits of human against human reviews."""
    figure, (ax,) = new_figure(1, 1, "Each check, with human against human reviews")
    figure.set_size_inches(8.5, 4.8)
    places = {name: len(names) - at for at, name in enumerate(names)}
    ax.axvspan(-critical, critical, color="#eeeeee", zorder=0)
    for _, row in human.iterrows():
        ax.plot(row["z"], places[row["check"]] - 0.18, "|", color=HUMAN, markersize=9, alpha=0.7)
    for _, row in shown.iterrows():
        z = float(np.clip(row["z"], -FARTHEST, FARTHEST))
        marker = "o" if z == row["z"] else (">" if z > 0 else "<")
        face = SUSPECT if row["alarm"] else "white"
        ax.plot(z, places[row["check"]] + 0.1, marker, color=SUSPECT, markerfacecolor=face)
        if marker != "o":
            ax.annotate(
                f"{row['z']:.0f}", (z, places[row["check"]] + 0.25), ha="center", fontsize=8
            )
    ax.axvline(0, color="black", linewidth=1)
    ax.set_yticks(list(places.values()), [names[name] for name in places])
    ax.set_xlabel("effect, in standard deviations if both sides are alike")
    handles = [
        Line2D([], [], color=SUSPECT, marker="o", linestyle="none", label="suspect: alarm"),
        Line2D(
            [],
            [],
            color=SUSPECT,
            marker="o",
            markerfacecolor="white",
            linestyle="none",
            label="suspect: none",
        ),
        Line2D([], [], color=HUMAN, marker="|", linestyle="none", label="human against\nhuman"),
    ]
    legend(figure, handles)
    many = human["replicate"].nunique()
    caption(
        figure,
        f"Data: {data}; {repetitions(many)} of human reviews. Grey: no alarm in a two-sided check.",
    )
    return figure


def detection_curves(
    detected: pd.DataFrame, checks: pd.DataFrame, names: Mapping[str, str], wanted: float, data: str
) -> Figure:
    """Alarms by planted share, and which checks raise them."""
    kinds = [kind for kind in KINDS if kind in set(detected["kind"])]
    figure, panels = new_figure(1, 1 + len(kinds), "Which planted share is detected")
    figure.set_size_inches(4.2 + 3.9 * len(kinds), 4.6)
    together = detected[detected["check"] == "any"]
    none = together[together["kind"] == "nothing"]
    for number, kind in enumerate(kinds):
        rows = pd.concat([none, together[together["kind"] == kind]]).sort_values("share")
        aside = 0.004 * rows["share"].max() * (2 * number - 1) * 2
        draw_bars(
            panels[0],
            rows["share"] + aside,
            *(rows[name] for name in ("rate", "low", "high")),
            color=KINDS[kind],
            marker=MARKERS[number],
            label=f"machine's {kind}",
        )
        _draw_z(panels[1 + number], checks[checks["kind"].isin([kind, "nothing"])], names, wanted)
        panels[1 + number].set_title(f"machine's {kind}", fontsize=10.5)
    panels[0].set_ylim(-0.03, 1.03)
    panels[0].yaxis.set_major_formatter(PercentFormatter(1))
    panels[0].set_ylabel("audits that raise an alarm")
    panels[0].legend(frameon=False, fontsize=9, loc="lower right")
    for ax in panels:
        ax.set_xlabel("planted share")
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    lines = panels[-1].get_lines()
    handles = [line for line in lines if not str(line.get_label()).startswith("_")]
    legend(figure, handles)
    many = checks.groupby(["kind", "share"])["replicate"].nunique().max()
    caption(
        figure,
        f"Data: {data}; {repetitions(many)} of each kind and share. Bars: 95% intervals (Wilson). "
        "Right: above the dashed line, a check raises an alarm in as many audits as asked for.",
    )
    return figure


def _draw_z(ax: Axes, rows: pd.DataFrame, names: Mapping[str, str], wanted: float) -> None:
    means = rows.assign(z=rows["z"].abs()).groupby(["check", "share"])["z"].mean()
    top = wanted * 2.5
    for number, check in enumerate(names):
        line = means[check]
        ax.plot(
            line.index,
            np.minimum(line, top),
            color=OKABE_ITO[number % 7],
            marker=MARKERS[number % 7],
            markersize=4,
            label=names[check],
            linestyle="-" if number < 7 else ":",
        )
    ax.axhline(wanted, color="black", linestyle="--", linewidth=1)
    ax.set_ylim(0, top * 1.02)
    ax.set_ylabel("mean size of the effect (sd)")


def score_histograms(
    scores: pd.DataFrame, checks: pd.DataFrame, names: Mapping[str, str], data: str
) -> Figure:
    """Held-out scores of the classifiers that separate the sides."""
    figure, panels = new_figure(1, 2, "Can a classifier separate the sides?")
    figure.set_size_inches(10, 4.2)
    for ax, (name, rows) in zip(panels, scores.groupby("check", sort=False), strict=True):
        edges = [*rows["left"], rows["right"].iloc[-1]]
        ax.stairs(rows["human"], edges, color=HUMAN, fill=True, alpha=0.25)
        ax.stairs(rows["human"], edges, color=HUMAN, linewidth=1.5, label="human")
        ax.stairs(rows["suspect"], edges, color=SUSPECT, linewidth=1.5, label="suspect")
        area = 0.5 + checks.set_index("check").loc[name, "effect"]
        ax.set_title(f"by {names[str(name)]}: area under the ROC curve {area:.3f}", fontsize=10.5)
        ax.set_xlabel("log-odds of being the suspect's")
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    panels[0].set_ylabel("share of held-out reviews")
    panels[0].legend(frameon=False, fontsize=9)
    caption(figure, f"Data: {data}; 1 audit. An area of 0.5 is no better than chance.")
    return figure


def word_changes(words: pd.DataFrame, traits: pd.DataFrame, audit: pd.Series, data: str) -> Figure:
    """Words that gain and lose most, traits of style, and class shares."""
    figure, panels = new_figure(1, 3, "What the suspect has more and less of")
    figure.set_size_inches(13.5, 6)
    rows = words.sort_values("word_score")
    places = np.arange(len(rows))
    for side, colour in (("human", HUMAN), ("suspect", SUSPECT)):
        panels[0].plot(1000 * rows[f"word_{side}"], places, "o", color=colour, label=side)
    panels[0].hlines(
        places, 1000 * rows["word_human"], 1000 * rows["word_suspect"], color=GREY, linewidth=1
    )
    panels[0].set_yticks(places, rows["word"])
    panels[0].set_xscale("log")
    panels[0].set_xlabel("of 1,000 reviews contain it")
    panels[0].legend(frameon=False, fontsize=9, loc="lower right")
    at = np.arange(len(traits))[::-1]
    error = 1.96 * traits["trait_error"]
    panels[1].errorbar(
        traits["trait_gap"], at, xerr=error, color=SUSPECT, marker="o", linestyle="none", capsize=3
    )
    panels[1].axvline(0, color="black", linewidth=1)
    panels[1].set_yticks(at, [textwrap.fill(name, 24) for name in traits["trait"]], fontsize=8.5)
    panels[1].set_xlabel("suspect minus human (sd)")
    shares = [audit["human_positive"], audit["suspect_positive"]]
    sizes = [audit["human_rows"], audit["suspect_rows"]]
    bars = [1.96 * np.sqrt(p * (1 - p) / n) for p, n in zip(shares, sizes, strict=True)]
    for number, (share, bar, colour) in enumerate(zip(shares, bars, (HUMAN, SUSPECT), strict=True)):
        panels[2].errorbar(number, share, bar, color=colour, marker="o", capsize=5)
    panels[2].set_xlim(-0.6, 1.6)
    panels[2].set_xticks([0, 1], ["human", "suspect"])
    panels[2].set_ylabel("positive labels")
    panels[2].yaxis.set_major_formatter(PercentFormatter(1, decimals=1))
    caption(figure, f"Data: {data}; 1 audit. Bars: 95% intervals, not adjusted.")
    return figure


def tail_loss(deciles: pd.DataFrame, audit: pd.Series, data: str) -> Figure:
    """Kinds of words that blocks of either side lack, by tenth; near-duplicates."""
    figure, panels = new_figure(1, 2, "Tail and near-duplicates")
    figure.set_size_inches(10.5, 4.4)
    for side, (name, colour) in enumerate((("human", HUMAN), ("suspect", SUSPECT))):
        groups = deciles[deciles["side"] == side].groupby("decile")["lost"]
        mean, half = groups.mean(), 2.26 * groups.sem()  # Student's t of 10 blocks
        at = mean.index + (0.12 if side else -0.12)
        panels[0].errorbar(at, mean, half, color=colour, marker="o", capsize=3, label=name)
    panels[0].set_xlabel("tenth of the vocabulary, the most frequent words first")
    panels[0].set_ylabel("kinds of words that a block lacks")
    panels[0].set_xticks(range(1, 11))
    panels[0].legend(frameon=False, fontsize=9)
    bars = {
        "within\nhuman": (audit["copies_in_human"], HUMAN),
        "within\nsuspect": (audit["copies_in_suspect"], SUSPECT),
        "suspect's\namong human": (audit["copies_across"], OKABE_ITO[3]),
    }
    panels[1].bar(
        list(bars),
        [share for share, _ in bars.values()],
        color=[c for _, c in bars.values()],
        width=0.5,
    )
    panels[1].set_ylim(0, max(1.15 * max(share for share, _ in bars.values()), 0.001))
    panels[1].set_ylabel("reviews with a near-duplicate")
    if not any(share for share, _ in bars.values()):
        panels[1].text(0.5, 0.5, "none found", transform=panels[1].transAxes, ha="center")
    for ax in panels:
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=None))
    text = "10 blocks of each side, of as many reviews. Bars: 95% intervals over blocks."
    caption(figure, f"Data: {data}; 1 audit, {text}")
    return figure


def training_losses(shown: pd.DataFrame, planted: pd.DataFrame, data: str) -> Figure:
    """What training on the suspect costs, with planted audits for comparison."""
    figure, (ax,) = new_figure(1, 1, "What training on the suspect costs")
    figure.set_size_inches(8.5, 4.4)
    for number, (kind, colour) in enumerate(KINDS.items()):
        rows = planted[planted["kind"].isin([kind, "nothing"])]
        losses = rows.groupby("share")["use_loss"].mean()
        ax.plot(
            losses.index,
            100 * losses,
            color=colour,
            marker=MARKERS[number + 1],
            label=f"planted: machine's {kind}\n(mean of audits)",
        )
    row = shown.iloc[0]
    left = -0.03 * max(planted["share"].max(), 0.1)
    ends = (np.array([100 * row[f"use_{name}"]]) for name in ("loss", "low", "high"))
    draw_bars(ax, [left], *ends, color=SUSPECT, marker="o", label="suspect, 95% interval")
    ax.axhline(0, color="black", linewidth=1)
    ax.set_xlabel("planted share")
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_ylabel("accuracy lost on human reviews\n(points)")
    figure.legend(loc="outside right upper", frameon=False, fontsize=9)
    many = planted.groupby(["kind", "share"])["replicate"].nunique().max()
    caption(
        figure,
        f"Data: {data}; {repetitions(many)} of each kind and share. 5 training sets of each side, "
        f"of {row['use_train_size']:,.0f} reviews.",
    )
    return figure


def pollution_shares(shown: pd.DataFrame, planted: pd.DataFrame, data: str) -> Figure:
    """Estimated shares against planted ones; the suspect's."""
    figure, (ax,) = new_figure(1, 1, "Which share is synthetic")
    figure.set_size_inches(8.5, 4.6)
    rows = planted[planted["pollution_share"].notna()]
    most = max(rows["share"].max(), 0.05) if len(rows) else 0.5
    for number, (kind, audits) in enumerate(rows.groupby("kind", sort=False)):
        draw_bars(
            ax,
            audits["share"] + most * 0.012 * (2 * number - 1),
            *(audits[f"pollution_{name}"] for name in ("share", "low", "high")),
            color=KINDS[str(kind)],
            marker=MARKERS[number + 1],
            linestyle="none",
            capsize=2,
            alpha=0.75,
            label=f"planted: machine's {kind}",
        )
    ax.plot([0, most], [0, most], color="black", linestyle="--", linewidth=1, label="the truth")
    row = shown.iloc[0]
    if "pollution_share" in row and not np.isnan(row["pollution_share"]):
        ax.axhspan(row["pollution_low"], row["pollution_high"], color=SUSPECT, alpha=0.15)
        ax.axhline(row["pollution_share"], color=SUSPECT, label="suspect, with its interval")
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.set_xticks(sorted({0.0, *rows["share"]}))
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.set_xlabel("planted share")
    ax.set_ylabel("estimated share")
    figure.legend(loc="outside right upper", frameon=False, fontsize=9)
    many = rows.groupby(["kind", "share"])["replicate"].nunique().max() if len(rows) else 0
    text = f"{repetitions(many)} of each kind and share. Bars and band: bootstrap intervals."
    caption(figure, f"Data: {data}; {text}")
    return figure
