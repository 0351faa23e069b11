"""The page of `monitor` about a log of the user's: alarm or none, when, and what sounds it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mc import plots, statistics
from mc.alarms.signals import DESCRIPTIONS
from mc.chapters._parts import Chapter, Section, Table, number
from mc.findings import monitored_log as found
from mc.material import Material
from mc.monitoring.logs import of_slice

HINTS = {
    "signals": "What a window shows without labels. Accuracy, where some rows have labels, is drawn "
    "beside and watched by no chart.",
    "charts": "A chart adds up what goes beyond the usual; it forgets what was long ago and right.",
    "slices": "An average hides a group. Slices without enough rows in every window are left out.",
    "table": "Usual: mean and standard deviation of the reference windows. Height: the highest "
    "point of its chart over its own threshold; above 1 it sounds by itself.",
}


def chapter(material: Material) -> Chapter:
    """Tell whether the alarm sounds, when, and by what."""
    frames, asked = material.frames, material.frames["asked"].iloc[0]
    windows = frames["windows"].sort_values("place", ignore_index=True)
    references, false_alarms = int(asked["reference_windows"]), float(asked["false_alarms"])
    names = [str(name) for name in frames["slices"]["slice"]]
    wanted = [name for name in str(asked["signals"]).split(",") if name in windows]
    places = {
        of_slice(signal, place): name
        for place, name in enumerate(names)
        for signal in wanted
        if of_slice(signal, place) in windows
    }
    words = {name: name.replace("_", " ") for name in wanted}
    words |= {
        of_slice(signal, place): f"{signal.replace('_', ' ')} of {name}"
        for place, name in enumerate(names)
        for signal in wanted
    }
    watch = statistics.watch_log(
        windows,
        [*wanted, *places],
        references,
        false_alarms,
        float(asked["allowance"]),
        int(asked["seed"]),
    )
    table = statistics.log_table(watch, windows, references)
    made_of = _made_of(material, windows, references, false_alarms)
    return Chapter(
        name=material.stage,
        title="a label-free alarm on a log",
        headlines=[
            found.log_headline(watch, windows, references, false_alarms, words),
            *found.log_findings(watch, table, words),
            *found.slice_log_findings(table, places),
        ],
        tables=[_table(table, words)],
        sections=_sections(windows, watch, table, words, places, references, made_of),
        frames={**frames, "charts": table.assign(signal=table["signal"].map(words))},
        facts={name: at for name, at in material.facts.items() if name != "repetitions"},
        cautions=found.log_cautions(watch, references, words),
        glossary=DESCRIPTIONS,
    )


def _made_of(
    material: Material, windows: pd.DataFrame, references: int, false_alarms: float
) -> str:
    return (
        f"Data: {material.facts.get('data', '')}; one log of {len(windows)} windows, {references} "
        f"of them reference; {false_alarms:.3g} false alarms over the others"
    )


def _sections(
    windows: pd.DataFrame,
    watch: statistics.LogWatch,
    table: pd.DataFrame,
    words: Mapping[str, str],
    places: Mapping[str, str],
    references: int,
    made_of: str,
) -> list[Section]:
    labels = {name: words[name] for name in watch.signals if name not in places}
    if "accuracy" in windows and windows["accuracy"].notna().any():
        labels["accuracy"] = "accuracy (of labelled rows)"
    sections = [
        Section(
            "signals",
            "What the windows show",
            _accuracy(windows, references),
            plots.log_signals(windows, labels, references, references + watch.alarm, made_of),
            HINTS["signals"],
        ),
        Section(
            "charts",
            "The charts",
            [],
            plots.log_charts(watch, words, references, made_of),
            HINTS["charts"],
        ),
    ]
    own = [name for name in watch.signals if name in places]
    if own:
        z = pd.concat(
            pd.DataFrame(
                {
                    "place": windows["place"],
                    "signal": name.split(" ")[0],
                    "slice": places[name],
                    "value": watch.z[:, watch.signals.index(name)],
                }
            )
            for name in own
        )
        shown = [name for name in ("confidence_shift", "confidence", "positive_share")]
        z = z[z["signal"].isin(shown)]
        fired = table[table["signal"].isin(own) & table["alarm"].notna()]
        first = places[fired.loc[fired["alarm"].idxmin(), "signal"]] if len(fired) else ""
        figure = plots.log_slices(
            z, list(dict.fromkeys(places.values())), first, references, made_of
        )
        told = found.slice_log_findings(table, places)
        sections.append(Section("slices", "Product slices", told, figure, HINTS["slices"]))
    return sections


def _accuracy(windows: pd.DataFrame, references: int) -> list[str]:
    """What labels say, where there are some; they sound no alarm."""
    if "accuracy" not in windows:
        return []
    first, rest = windows["accuracy"].iloc[:references], windows["accuracy"].iloc[references:]
    if first.notna().sum() == 0 or rest.notna().sum() == 0:
        return []
    return [
        f"Of rows with labels, {100 * first.mean():.1f}% were right in the reference windows and "
        f"{100 * rest.mean():.1f}% afterwards."
    ]


def _table(table: pd.DataFrame, words: Mapping[str, str]) -> Table:
    rows = [
        [
            words[row["signal"]],
            f"{row['mean']:.4f} ± {row['spread']:.4f}",
            number(row["last"], 4),
            number(row["highest"], 2),
            "none" if np.isnan(row["alarm"]) else f"{row['window']} ({row['alarm']:.0f})",
        ]
        for _, row in table.iterrows()
    ]
    heads = ["signal", "usual", "last window", "height", "alarm alone"]
    return Table("Each chart by itself", heads, rows, HINTS["table"])
