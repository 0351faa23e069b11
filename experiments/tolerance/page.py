"""The page of `tolerance`: how much machine-labelled data may be mixed in.

Frames: ``frontiers`` (a row a search: its answer and what it took), ``lineages`` (a row a lineage
of searches and controls: its loss), and where one was asked for ``grids`` (a row a place).
"""

import pandas as pd

from experiments.tolerance import figures
from experiments.tolerance import summary as found
from experiments.tolerance.controls import (
    CONTROLS,
    SYNTHETIC,
    control_contrasts,
    control_losses,
    searched_losses,
)
from mc.report.page import Page, Section, Table
from mc.report.stage_result import StageResult
from mc.report.wording import in_points, interval, number
from mc.statistics import search

HINTS = {
    "frontier": "The search chose the rates; most repetitions were spent near the tolerable rate. "
    "The line is the monotone fit that the estimate is read from.",
    "sizes": "All sizes use the same corpus, the same number of generations and the same share of "
    "human labels.",
    "controls": "noise_control: as many random errors as the machine made. drop_synthetic: the "
    "same human reviews alone.",
    "answers": "Tolerable rate: share of the new reviews of each generation that the one before "
    "may label; of all: the same as a share of the last training set. Missing: estimated further "
    "repetitions for the requested width.",
    "costs": "A grid's cost is an estimate: rates as far apart as the interval is wide, with the "
    "repetitions that an interval at a single look needs. A measured grid had as many lineages as "
    "the search; its interval is for a single look.",
}
GLOSSARY = {
    "rate": "share of each increment whose label the generation before gives",
    "noise_control": "as many wrong labels as the machine gave, on random reviews of its share",
    "drop_synthetic": "reviews with machine labels are left out, human ones stay",
    "at all looks": "the interval holds at every look, whatever the stopping rule, because it is "
    "made of bets (Ville's inequality)",
    "is_of_search": "whether the search used the lineage; else it belongs to a control",
    "missing": "estimated further repetitions for an interval of the requested width",
    "grid_fits": "estimated fits of a grid with the same interval",
}


def page(result: StageResult) -> Page:
    """Each search's answer, its controls, and what it took."""
    frames = {name: _named(frame, result) for name, frame in result.frames.items()}
    frontiers, lineages = frames["frontiers"], frames["lineages"]
    grids = frames.get("grids", pd.DataFrame())
    confidence = float(frontiers["confidence"].iloc[0])
    places = list(frontiers["place"])
    losses = _monotone(_in_order(searched_losses(lineages), places))
    contrasts = _in_order(control_contrasts(lineages), places)
    controls = _in_order(control_losses(lineages), places)
    turned = _reversals(lineages, confidence)
    findings = found.reversal_findings(turned) + found.check_findings(controls, frontiers)
    findings += found.cost_findings(frontiers)
    data = result.facts.get("data", "")
    sections = [
        Section(
            "frontier",
            "Where the loss reaches the margin",
            findings,
            figures.frontier_losses(frontiers, losses, data),
            HINTS["frontier"],
        )
    ]
    if frontiers["size"].nunique() > 1:
        sections.append(
            Section(
                "sizes",
                "How much may be mixed in, by size",
                found.size_findings(frontiers),
                figures.rates_by_size(frontiers, data),
                HINTS["sizes"],
            )
        )
    if len(contrasts):
        sections.append(
            Section(
                "controls",
                "Worse than none, worse than random?",
                found.control_findings(contrasts, frontiers),
                figures.control_losses(controls, contrasts, data),
                HINTS["controls"],
            )
        )
    return Page(
        name=result.stage,
        title="tolerable rates",
        headlines=[found.headline(row) for _, row in frontiers.iterrows()],
        number=found.rate_range(frontiers.iloc[0]),
        tables=[_answers(frontiers), _costs(frontiers, grids)],
        sections=sections,
        more=[_controls(controls, contrasts)] if len(contrasts) else [],
        frames={
            **frames,
            "losses": losses,
            **({"controls": controls, "contrasts": contrasts} if len(contrasts) else {}),
        },
        facts=result.facts,
        cautions=_cautions(turned, found.off_the_margin(controls, frontiers)),
        glossary=GLOSSARY,
    )


def _named(frame: pd.DataFrame, result: StageResult) -> pd.DataFrame:
    """The same with the name of each place, and of its study where there are several."""
    names = frame["backend"] + ", " + frame["size"].map("{:,} reviews".format)
    if result.frames["frontiers"]["study"].nunique() > 1:
        names += ", " + frame["study"]
    return frame.assign(place=names)


def _in_order(table: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    """The same in the order of the searches."""
    by_place = {"key": lambda column: column.map(places.index), "kind": "stable"}
    return table.sort_values("place", ignore_index=True, **by_place)


def _monotone(losses: pd.DataFrame) -> pd.DataFrame:
    """The same with the monotone fit of each place, whose rates are in order."""
    ordered = losses.copy()
    for _, rows in ordered.groupby("place"):
        means, counts = rows["mean"].to_numpy(), rows["n"].to_numpy(float)
        ordered.loc[rows.index, "monotone"] = search.monotone(means, counts)
    return ordered


def _reversals(lineages: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Where the loss falls with the rate, place by place."""
    rows = lineages[lineages["is_of_search"] & (lineages["rate"] > 0)]
    tables = [
        search.reversals(own, confidence).assign(place=place)
        for place, own in rows.groupby("place", sort=False)
    ]
    return pd.concat(tables)


def _answers(frontiers: pd.DataFrame) -> Table:
    rows = [
        [
            row["place"],
            found.answer(row),
            _of_all(row),
            "yes" if row["is_done"] else "no",
            str(row["repetitions"]),
            str(row["lineages"]),
            found.missing_words(row["missing"]),
        ]
        for _, row in frontiers.iterrows()
    ]
    heads = ["place", "tolerable rate", "of all (%)", "as narrow as asked"]
    heads += ["repetitions", "lineages", "missing"]
    return Table("How much may be mixed in", heads, rows, HINTS["answers"])


def _of_all(row: pd.Series) -> str:
    """The tolerable rate as a share of the last training set."""
    share = 100 * (1 - row["initial_size"] / row["size"])
    if not row["low"]:
        return f"< {share * row['high']:.0f}" if row["harm_is_shown"] else "–"
    return f"{share * row['rate']:.0f} [{share * row['low']:.0f}, {share * row['high']:.0f}]"


def _costs(frontiers: pd.DataFrame, grids: pd.DataFrame) -> Table:
    measured = grids.set_index("place") if len(grids) else grids
    rows = []
    for _, row in frontiers.iterrows():
        known = 0 < row["grid_repetitions"] <= found.MOST
        cells = [row["place"], f"{row['high'] - row['low']:.2f}", f"{row['fits']:,}"]
        cells += [number(row["fit_seconds"], 0), f"{row['grid_fits']:,}" if known else "–"]
        cells += [f"{row['grid_rates']} x {row['grid_repetitions']}" if known else "–"]
        if len(grids):
            grid = measured.loc[row["place"]]
            cells += [interval(grid["rate"], grid["low"], grid["high"], 2), f"{grid['fits']:,}"]
        rows.append(cells)
    heads = ["place", "width", "fits", "seconds", "a grid's fits", "rates x repetitions"]
    heads += ["measured grid", "its fits"] if len(grids) else []
    return Table("What it took, in fits", heads, rows, HINTS["costs"])


def _controls(controls: pd.DataFrame, contrasts: pd.DataFrame) -> Table:
    """Losses of machine labels and controls at each rate, and the differences."""
    losses = controls.set_index(["place", "rate", "strategy"])[["mean", "low", "high"]]
    beyond = contrasts.set_index(["place", "rate", "strategy"])[["mean", "low", "high"]]
    rows = [
        [
            place,
            f"{rate:g}",
            *(in_points(*losses.loc[(place, rate, name)]) for name in (SYNTHETIC, *CONTROLS)),
            *(in_points(*beyond.loc[(place, rate, name)]) for name in CONTROLS),
        ]
        for place, rate in dict.fromkeys(zip(contrasts["place"], contrasts["rate"], strict=True))
    ]
    heads = ["place", "rate", "machine labels", *CONTROLS]
    heads += [f"beyond {name}" for name in CONTROLS]
    return Table("Machine labels and their controls (points)", heads, rows, HINTS["controls"])


def _cautions(turned: pd.DataFrame, off: list[str]) -> list[str]:
    cautions = []
    if len(turned):
        cautions.append(
            "Losses do not rise with the rate everywhere. The lower bound then only says that some "
            "rate there or above stays within the margin, and the upper bound that some rate there "
            "or below exceeds it."
        )
    if off:
        cautions.append(
            f"At the tolerable rate itself the loss differs from the margin ({'; '.join(off)}; "
            "1 of 20 such checks does so by chance). The loss is then not straight near that rate, "
            "and the interval is not reliable."
        )
    return [
        *cautions,
        "Assumptions of the interval: a higher rate never loses less, the mean loss is straight "
        "between two rates near the frontier, and losses of repetitions scatter symmetrically. If "
        "the loss jumps at some rate, the interval may miss it. A collapse in one repetition out "
        "of ten is easily missed. All repetitions draw from one corpus and say nothing of others.",
        "The intervals of single dots and of the controls are not adjusted: of many, a few miss by "
        "chance.",
    ]
