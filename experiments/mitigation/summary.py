"""Sentences about what helps against collapse. Knows its tables, and no figures.

``table`` has a row for each strategy, see `analysis.rescue_table`; ``front`` is the same for
the candidates on the front, on new replicates. p-values are Holm-adjusted over the strategies.
"""

import pandas as pd

from experiments.mitigation.analysis import DROPPED, HUMAN, NONE
from mc.report.wording import column_in_points, in_points, listed, points, repetitions
from mc.statistics import Interval
from mc.types import Row

MOST = 3  # strategies that a sentence names


def headline(table: pd.DataFrame, loss: Interval) -> str:
    """What is lost, what helps, how much, at what price."""
    helping = table[table["verdict"] == "helps"]
    lost = _lost(table, loss)
    if loss.n < 2:
        return f"{lost} One repetition has no interval, so it cannot show what helps."
    if helping.empty:
        return f"{lost} None of {_many(table)} was shown to help."
    is_free = (helping["spent"] <= 0) & (helping["verified_labels"] == 0)
    kinds = {
        "of those that cost no human label": helping[is_free],
        "of those that cost human labels": helping[helping["spent"] > 0],
    }
    best = [f"{kind} {_gained(rows.iloc[0])}" for kind, rows in kinds.items() if len(rows)]
    return f"{lost} Of {_many(table)}, {len(helping)} help; {'; '.join(best)}."


def against_dropping(table: pd.DataFrame) -> str:
    """Whether machine labels are worth keeping; empty where dropping them was not tried."""
    if DROPPED not in set(table["strategy"]):
        return ""
    dropped = column_in_points(_row(table, DROPPED), "gain")
    start = f"Leaving out the machine-labelled reviews ({DROPPED}) gains {dropped} points; "
    others = table[~table["strategy"].isin([DROPPED, HUMAN, NONE])]
    better = others[others["over_dropping_low"] > 0]
    if better.empty:
        return f"{start}no strategy was shown to gain more."
    names = [
        f"{row['strategy']} (by {column_in_points(row, 'over_dropping')} points{_price(row)})"
        for _, row in better.head(MOST).iterrows()
    ]
    more = f" and {len(better) - MOST} others" if len(better) > MOST else ""
    return f"{start}more is gained by {listed(names)}{more} (95% intervals, not adjusted)."


def chosen(choices: pd.DataFrame) -> "pd.Series[str]":
    """What the search found worth its labels: the front, but for doing nothing."""
    return choices.loc[choices["on_front"] & (choices["strategy"] != NONE), "strategy"]


def front_headline(choices: pd.DataFrame, front: pd.DataFrame) -> str:
    """The best combination, judged on replicates that the search did not use."""
    names = chosen(choices)
    searched = int((choices["trial"] >= 0).sum())
    tried = f"The search tried {searched} combinations and the single strategies."
    if names.empty:
        return f"{tried} None gained anything over doing nothing, so none was chosen."
    best = front[front["strategy"].isin(names)].iloc[0]
    return (
        f"{tried} On {repetitions(int(best['n']))} that it did not use, {best['strategy']} gains "
        f"most of its choices: {column_in_points(best, 'gain')} points{_price(best)}."
    )


def gain_findings(loss: Interval) -> list[str]:
    """How to read the verdicts."""
    if loss.n < 2:
        return ["One repetition has no intervals and no tests."]
    sentences = [
        "Verdicts: two-sided paired t tests of accuracy at 5%, Holm-adjusted over the strategies. "
        "Undecided means that no difference was found, not that there is none. Intervals of gains "
        "are adjusted alike, so that they exclude 0 exactly where a strategy helps or harms."
    ]
    if not loss.low > 0:
        sentences.append("The loss was not shown, so gains are not given as shares of it.")
    return sentences


def front_findings(choices: pd.DataFrame, front: pd.DataFrame) -> list[str]:
    """How many were chosen, and how much of their lead was luck."""
    if chosen(choices).empty:
        return [f"Doing nothing beats each of {len(choices) - 1} choices."]
    found = choices[choices["on_front"]]
    again = front.set_index("strategy").loc[found["strategy"], "gain"].to_numpy()
    shrunk = float((found["gain"].to_numpy() - again).mean())
    return [
        f"The front holds {len(found)} of {len(choices)} choices: those that no other beats in "
        "both accuracy and labels.",
        f"On new repetitions they gain {points(abs(shrunk))} points "
        f"{'less' if shrunk > 0 else 'more'} on average than on those that chose them. The best of "
        "many is partly luck, and repetitions differ.",
    ]


def _lost(table: pd.DataFrame, loss: Interval) -> str:
    human, nothing = (_row(table, name) for name in (HUMAN, NONE))
    levels = f"{100 * nothing['accuracy']:.2f}% instead of {100 * human['accuracy']:.2f}%"
    lost = in_points(loss.mean, loss.low, loss.high)
    if loss.n > 1 and not loss.low > 0:
        return f"No loss by relabelling was found ({lost} points of accuracy: {levels})."
    return f"When each generation relabels, the last one loses {lost} points ({levels})."


def _gained(row: Row) -> str:
    """A strategy with what it gains, the share of the loss that this is, and its price."""
    text = f"{row['strategy']} gains most, {column_in_points(row, 'gain')} points"
    if not pd.isna(row["regained"]):
        low, high = (100 * row[f"regained_{end}"] for end in ("low", "high"))
        text += f", {100 * row['regained']:.0f}% [{low:.0f}, {high:.0f}] of the loss"
    return text + _price(row)


def _price(row: Row) -> str:
    """The labels spent, after a comma; empty where none are."""
    kinds = {"spent": "human labels", "verified_labels": "verified labels"}
    parts = [f"{row[name]:,.0f} {words}" for name, words in kinds.items() if row[name] > 0]
    return f", for {listed(parts)}" if parts else ""


def _row(table: pd.DataFrame, strategy: str) -> Row:
    return table[table["strategy"] == strategy].iloc[0]


def _many(table: pd.DataFrame) -> str:
    many = int((~table["strategy"].isin([HUMAN, NONE])).sum())
    return f"{many} strateg{'y' if many == 1 else 'ies'}"
