"""Sentences about what helps against collapse. Knows its tables, and no figures.

``table``: a row a strategy, of `analysis.rescue_table`; ``front``: the same of what was bred
again on new replicates. All p-values are Holm-adjusted over the strategies of their table.
"""

from typing import Any

import pandas as pd

from experiments.mitigation.analysis import DROPPED, HUMAN, NONE
from mc.report.wording import accuracy, in_points, listed, points, repetitions
from mc.statistics import Interval

Row = Any  # of a table
MOST = 3  # strategies that a sentence names


def headline(table: pd.DataFrame, loss: Interval) -> str:
    """What is lost, what helps, how much, at what price."""
    helping = table[table["verdict"] == "helps"]
    if loss.n < 2:
        return f"{_lost(table, loss)} One repetition has no interval: what helps cannot be told."
    if helping.empty:
        return f"{_lost(table, loss)} None of {_many(table)} was shown to help."
    told = [
        f"{kind} {_gained(found.iloc[0])}"
        for kind, found in (
            ("of those that cost no human label", helping[_is_free(helping)]),
            ("of those that cost human labels", helping[helping["spent"] > 0]),
        )
        if len(found)
    ]
    return f"{_lost(table, loss)} Of {_many(table)}, {len(helping)} help; {'; '.join(told)}."


def against_dropping(table: pd.DataFrame) -> str:
    """Whether machine labels are worth having at all; empty where that was not asked."""
    if DROPPED not in set(table["strategy"]):
        return ""
    dropped = _row(table, DROPPED)
    others = table[~table["strategy"].isin([DROPPED, HUMAN, NONE])]
    start = (
        f"Throwing the machine-labelled reviews away ({DROPPED}) gains {_gain(dropped)} points; "
    )
    better = others[others["over_dropping_low"] > 0]
    if better.empty:
        return f"{start}no strategy was shown to do better than that."
    names = [
        f"{row.strategy} (by {_three(row, 'over_dropping')} points{_price(row)})"
        for row in better.head(MOST).itertuples()
    ]
    more = f" and {len(better) - MOST} more" if len(better) > MOST else ""
    return f"{start}better than that: {listed(names)}{more} (95% intervals, each by itself)."


def front_headline(choices: pd.DataFrame, front: pd.DataFrame) -> str:
    """What the search found, judged on replicates that it did not see."""
    chosen = set(choices.loc[choices["on_front"], "strategy"])
    best = front[front["strategy"].isin(chosen)].iloc[0]
    tried = int((choices["trial"] >= 0).sum())
    return (
        f"Of {tried} combinations and the strategies by themselves, judged again on "
        f"{repetitions(int(best['n']))} that chose nothing, most is gained by "
        f"{best['strategy']}: {_gain(best)} points{_price(best)}."
    )


def gain_findings(table: pd.DataFrame, loss: Interval) -> list[str]:
    """Which strategies help, harm, or cannot be told from doing nothing."""
    tested = table[~table["strategy"].isin([HUMAN, NONE])]
    words = {
        "helps": "Better than doing nothing",
        "harms": "Worse than doing nothing",
        "undecided": "Not told from doing nothing",
    }
    told = [
        f"{start}: {listed([f'{row.strategy} ({_gain(row)})' for row in rows.itertuples()])}."
        for verdict, start in words.items()
        if len(rows := tested[tested["verdict"] == verdict])
    ]
    if loss.n > 1 and not loss.low > 0:
        told.append(
            "The loss itself cannot be told from nothing, so that no share of it can be said to be "
            "regained: gains are in points only."
        )
    told.append(
        "Two-sided paired t tests, Holm-adjusted over the strategies at 5%; intervals are 95%, of "
        "each strategy by itself, accuracies paired within repetitions."
    )
    return told


def drift_findings(curves: pd.DataFrame) -> list[str]:
    """How the shown strategies end, beside doing nothing."""
    last = curves[curves["generation"] == curves["generation"].max()]
    told = []
    for strategy in last["strategy"].unique():
        rows = last[last["strategy"] == strategy].set_index("metric")
        told.append(
            f"{strategy}: accuracy {accuracy(*_of(rows, 'accuracy'))}, AUC "
            f"{rows.loc['roc_auc', 'mean']:.3f}, {100 * rows.loc['positive_share', 'mean']:.1f}% "
            "predicted positive"
        )
    return [f"At generation {int(last['generation'].iloc[0])}: {'; '.join(told)}."]


def front_findings(choices: pd.DataFrame, front: pd.DataFrame) -> list[str]:
    """What was chosen, and how much of its lead was luck."""
    chosen = choices[choices["on_front"]]
    again = front.set_index("strategy").loc[chosen["strategy"], "gain"].to_numpy()
    shrunk = float((chosen["gain"].to_numpy() - again).mean())
    searched = int((choices["trial"] >= 0).sum())
    return [
        f"{searched} different combinations and {len(choices) - searched} strategies were "
        f"compared; no other beats {len(chosen)} of them in both accuracy and labels.",
        f"On new repetitions, what was chosen gains {points(abs(shrunk))} points "
        f"{'less' if shrunk > 0 else 'more'} than where it was chosen (mean; the best of many is "
        "partly luck, and repetitions differ).",
    ]


def _lost(table: pd.DataFrame, loss: Interval) -> str:
    human, nothing = (_row(table, each) for each in (HUMAN, NONE))
    levels = f"{100 * nothing['accuracy']:.2f}% instead of {100 * human['accuracy']:.2f}%"
    if loss.n > 1 and not loss.low > 0:
        return (
            f"No loss by relabelling was found here ({in_points(loss.mean, loss.low, loss.high)} "
            f"points of accuracy: {levels})."
        )
    lost = in_points(loss.mean, loss.low, loss.high)
    return f"Relabelled by its ancestors, the last generation loses {lost} points ({levels})."


def _gained(row: Row) -> str:
    """A strategy with what it gains, the share of the loss that this is, and its price."""
    text = f"{row['strategy']} gains most, {_gain(row)} points"
    if not pd.isna(row["regained"]):
        low, high = (100 * row[f"regained_{end}"] for end in ("low", "high"))
        text += f", {100 * row['regained']:.0f}% [{low:.0f}, {high:.0f}] of the loss"
    return text + _price(row)


def _price(row: Row) -> str:
    """What is paid, after a comma; nothing where nothing is."""
    spent, verified = (getattr(row, name) for name in ("spent", "verified_labels"))
    told = [
        f"{many:,.0f} {what}"
        for many, what in ((spent, "human labels"), (verified, "verified labels"))
        if many > 0
    ]
    return f", for {listed(told)}" if told else ""


def _is_free(table: pd.DataFrame) -> Any:
    return (table["spent"] <= 0) & (table["verified_labels"] == 0)


def _gain(row: Row) -> str:
    return _three(row, "gain")


def _three(row: Row, name: str) -> str:
    return in_points(*(getattr(row, name + end) for end in ("", "_low", "_high")))


def _of(rows: pd.DataFrame, metric: str) -> tuple[float, float, float]:
    mean, low, high = rows.loc[metric, ["mean", "low", "high"]]
    return mean, low, high


def _row(table: pd.DataFrame, strategy: str) -> Row:
    return table[table["strategy"] == strategy].iloc[0]


def _many(table: pd.DataFrame) -> str:
    many = int((~table["strategy"].isin([HUMAN, NONE])).sum())
    return f"{many} strateg{'y' if many == 1 else 'ies'}"
