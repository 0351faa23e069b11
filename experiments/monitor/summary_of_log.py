"""Sentences about the alarm of a user's log. Knows `watching.LogWatch`, and no figures."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from experiments.monitor.watching import LogWatch
from mc.report.wording import listed

MEASURED = (
    "In simulated logs, a stated 5% came out as 4 to 9% where windows did not depend on each "
    "other, as 11 to 17% at a correlation of 0.2 and as 19 to 33% at 0.4."
)


def log_headline(
    watch: LogWatch,
    windows: pd.DataFrame,
    references: int,
    false_alarms: float,
    words: Mapping[str, str],
) -> str:
    """Alarm or none, when, by which signal, and at which false-alarm rate."""
    many = len(windows) - references
    price = (
        f"{100 * false_alarms:.3g}% false alarms over {many} windows, from {references} reference "
        "windows of this one log"
    )
    if np.isnan(watch.alarm):
        return (
            f"No alarm in {many} windows (stated rate: {price}). That does not show that nothing "
            "has changed."
        )
    place = int(watch.alarm) + references
    name = str(windows["window"].iloc[place])
    return (
        f"Alarm at window {name}, number {int(watch.alarm) + 1} after the reference, by "
        f"{words[watch.first]} (stated rate: {price})."
    )


def log_findings(watch: LogWatch, table: pd.DataFrame, words: Mapping[str, str]) -> list[str]:
    """What else the charts say, and what they rest on."""
    told = []
    fired = table[table["alarm"].notna()].sort_values("alarm", kind="stable")
    if len(fired):
        each = [
            f"{words[row['signal']]} (at {row['window']})" for _, row in fired.head(6).iterrows()
        ]
        more = len(fired) - len(each)
        told.append(
            f"Of {len(table)} charts, each by itself at the same rate, {len(fired)} sound, first "
            f"{listed(each)}{f' and {more} more' if more else ''}."
        )
    told.append(
        f"Were the order of all windows left to chance, charts would get as high with p = "
        f"{watch.p:.2g}, exactly so for windows that do not depend on each other."
    )
    return told


def log_cautions(watch: LogWatch, references: int, words: Mapping[str, str]) -> list[str]:
    """When the stated rate does not hold, and what is not watched."""
    told = []
    if watch.still:
        whole = [name for name in watch.still if " " not in name]  # slices follow them
        names = listed([words[name] for name in whole or watch.still])
        told.append(
            f"Not watched, since it does not vary in the reference windows: {names}. A reference "
            "model equal to the watched one during the reference leaves nothing to compare with."
        )
    worst = int(watch.dependent.argmax())
    if watch.block > 1:
        told.append(
            f"Reference windows depend on those before them ({words[watch.signals[worst]]}: "
            f"correlation {watch.dependent[worst]:.2f}). Blocks of {watch.block} windows were "
            "resampled, which does not suffice: false alarms are more frequent than stated. "
            f"{MEASURED} Use longer windows."
        )
    else:
        told.append(
            "The stated rate is for windows that do not depend on each other. No dependence was "
            f"seen, which {references} reference windows show only where it is strong. {MEASURED}"
        )
    told.append(
        "An alarm says that predictions have changed, not why: a retraining, other reviews or a "
        "collapse. Where models are retrained within the reference windows, retraining is usual."
    )
    return told


def slice_log_findings(table: pd.DataFrame, places: Mapping[str, str]) -> list[str]:
    """Which slice's charts sound first."""
    own = table[table["signal"].isin(list(places))]
    if own.empty:
        return []
    fired = own[own["alarm"].notna()]
    many = len(set(places.values()))
    if fired.empty:
        return [f"No chart of a slice sounds by itself, of {many} slices."]
    first = fired[fired["alarm"] == fired["alarm"].min()]
    names = sorted({places[name] for name in first["signal"]})
    return [
        f"Of {many} slices, {listed(names)} sound{'s' if len(names) == 1 else ''} first, at window "
        f"{first['window'].iloc[0]}; with {len(own)} charts, each at the stated rate by itself, "
        "some sound by chance."
    ]
