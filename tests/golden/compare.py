"""Compares recordings: ``python -m tests.golden.compare OLD NEW [--loose]``; exits 1 if not equal.

What the new one has in addition is counted only: a version may log more. ``--loose`` is for another
processor, where last digits and with them a few predictions differ.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

KEYS = ["case", "cell", "metric", "step"]
DERIVED = ("value",)  # metrics that only repeat another


def compare(old: pd.DataFrame, new: pd.DataFrame, *, loose: bool = False) -> list[str]:
    """One line for each case with missing or different values."""
    old = old[~old["metric"].isin(DERIVED)]
    both = old.merge(new, on=KEYS, how="left", suffixes=("_old", "_new"))
    missing = both["value_new"].isna() & both["value_old"].notna()
    tolerance = 1e-2 if loose else 0.0
    gap = (both["value_old"] - both["value_new"]).abs()
    different = ~missing & (gap > tolerance * np.maximum(1.0, both["value_old"].abs()))
    lines = []
    for case, rows in both.groupby("case", sort=False):
        lost, changed = rows[missing[rows.index]], rows[different[rows.index]]
        if len(lost):
            lines.append(f"{case}: {len(lost)} values missing, as {lost.iloc[0][KEYS].tolist()}")
        if len(changed):
            worst = changed.loc[gap[changed.index].idxmax()]
            lines.append(f"{case}: {len(changed)} values differ, most {worst.to_dict()}")
    return lines


def main() -> None:
    """Compare two files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--loose", action="store_true")
    given = parser.parse_args()
    old, new = (pd.read_csv(path) for path in (given.old, given.new))
    lines = compare(old[old["case"].isin(set(new["case"]))], new, loose=given.loose)
    extra = len(new.merge(old, on=KEYS, how="left", indicator=True).query("_merge == 'left_only'"))
    print("\n".join(lines) or "the same", f"\n{len(old):,} values, {extra:,} more in the new one")
    sys.exit(bool(lines))


if __name__ == "__main__":
    main()
