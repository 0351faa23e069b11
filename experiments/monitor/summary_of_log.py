"""Sentences about the alarm of a user's log. Knows `watching.LogWatch`, and no figures."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from experiments.monitor.watching import LogWatch
from mc.report.wording import listed

MEASURED = (
    "In simulated logs a stated 5% was in fact 4 to 9% for independent windows, 11 to 17% at a "
    "correlation of 0.2 and 19 to 33% at 0.4."
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
            f"No alarm in {many} windows (stated rate: {price}). This does not show that nothing "
            "has changed."
        )
    place = int(watch.alarm) + references
    name = str(windows["window"].iloc[place])
    return (
        f"Alarm at window {name}, number {int(watch.alarm) + 1} after the reference, by "
        f"{words[watch.first]} (stated rate: {price})."
    )


def log_findings(watch: LogWatch, table: pd.DataFrame) -> list[str]:
    """How many charts raise an alarm, and a test that does not need the calibration."""
    fired = int(table["alarm"].notna().sum())
    return [
        f"Each by itself at the same rate, {fired} of {len(table)} charts raise an alarm.",
        f"Permutation test: in {watch.p:.2g} of random orders of all windows, charts get as high "
        "as in the observed order (exact for independent windows).",
    ]


def log_cautions(watch: LogWatch, references: int, words: Mapping[str, str]) -> list[str]:
    """When the stated rate does not hold, and what is not watched."""
    cautions = []
    if watch.still:
        whole = [name for name in watch.still if " " not in name]  # slices follow them
        names = listed([words[name] for name in whole or watch.still])
        cautions.append(
            f"Not watched, since it does not vary in the reference windows: {names}. If the "
            "reference model equals the watched one in these windows, their difference is always 0."
        )
    worst = int(watch.dependent.argmax())
    if watch.block > 1:
        cautions.append(
            f"Reference windows depend on those before them ({words[watch.signals[worst]]}: "
            f"correlation {watch.dependent[worst]:.2f}). Blocks of {watch.block} windows were "
            "resampled, which is not enough: false alarms are more frequent than stated. "
            f"{MEASURED} Use longer windows."
        )
    else:
        cautions.append(
            "The stated rate holds for windows that do not depend on each other. No dependence was "
            f"found, but {references} reference windows only show a strong one. {MEASURED}"
        )
    cautions.append(
        "An alarm says that predictions have changed, not why: a retraining, other reviews or a "
        "collapse. If models were retrained within the reference windows, a retraining is usual."
    )
    return cautions


def slice_log_findings(table: pd.DataFrame, places: Mapping[str, str]) -> list[str]:
    """Which slice raises the first alarm."""
    charts = table[table["signal"].isin(list(places))]
    if charts.empty:
        return []
    fired = charts[charts["alarm"].notna()]
    many = len(set(places.values()))
    if fired.empty:
        return [f"No chart of any of {many} slices raises an alarm by itself."]
    first = fired[fired["alarm"] == fired["alarm"].min()]
    names = sorted({places[name] for name in first["signal"]})
    return [
        f"Of {many} slices, {listed(names)} {'raises' if len(names) == 1 else 'raise'} the first "
        f"alarm, at window {first['window'].iloc[0]}. Of {len(charts)} charts, each at the stated "
        "rate, some raise an alarm by chance."
    ]
