"""A user's file of predictions to a table in the order of time.

Knows what columns are usually called; how to read files is `mc.data.reviews`'.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mc.data.reviews import columns
from mc.data.reviews.layouts import recognise
from mc.data.reviews.reading import chunks
from mc.errors import DataError, ParameterError
from mc.statistics.cusum import Floats

# Usual names by role, the surest first. Case and separators do not matter.
USUAL = {
    role: names.split()
    for role, names in {
        "window": "window window_id batch batch_id generation period week month model_version",
        "time": "time timestamp datetime date created_at predicted_at logged_at event_time ts day",
        "probability": "probability proba prob positive_probability p_positive prob_positive "
        "predicted_probability predict_proba score prediction_score confidence_positive p",
        "prediction": "prediction predicted pred predicted_label predicted_class y_pred y_hat "
        "prediction_label output",
        "reference": "reference reference_probability reference_prediction frozen "
        "frozen_prediction baseline baseline_prediction champion",
        "label": "label labels truth ground_truth actual target y y_true human_label",
        "slice": "slice source group segment category product_category domain department",
        "text": "text review_text review_body body content review comment input sentence",
    }.items()
}
ROLES = tuple(USUAL)
SHARES = ("probability", "prediction", "reference", "label")
CLASSES = ("prediction", "label")  # 0 or 1 only
WORDS = {
    **dict.fromkeys(("positive", "pos", "true", "yes", "label_1"), 1.0),
    **dict.fromkeys(("negative", "neg", "false", "no", "-1", "label_0"), 0.0),
}


def read_log(path: Path, asked: Mapping[str, str]) -> tuple[pd.DataFrame, Counter[str]]:
    """Columns named by their role; rows ordered by time, or by window, or as the file has them.

    Returns
    -------
    DataFrame
        ``probability`` (of the positive class; 0 or 1 where the file has predictions only), and of
        ``window`` (text), ``time``, ``reference``, ``label``, ``slice``, ``text`` those it has.
    Counter
        Rows read, and malformed.

    Raises
    ------
    DataError, ParameterError
        When a column is missing, or a value of one; says which, and what to do.
    """
    layout = recognise(path)
    if layout.kind == "fasttext":
        raise DataError(f"{path} holds texts with labels, no log of predictions")
    names = _columns(layout.columns, asked, path)
    counts: Counter[str] = Counter()
    wanted = list(dict.fromkeys(names.values()))
    parts = [part[wanted] for part in chunks(path, layout, wanted, counts)]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=wanted)
    if table.empty:
        raise DataError(f"{path} has no rows; give a log with a row for each prediction")
    found = pd.DataFrame({role: table[name] for role, name in names.items()})
    for role, name in names.items():
        if role not in ("label", "text"):
            _refuse_missing(found[role], role, name, path)
        if role in SHARES:
            found[role] = _shares(found[role], role, name, path)
    if "probability" not in found:
        found = found.rename(columns={"prediction": "probability"})
    return _ordered(found.drop(columns="prediction", errors="ignore"), names, path), counts


def _columns(file: Sequence[str], asked: Mapping[str, str], path: Path) -> dict[str, str]:
    """Role to the file's column."""
    chosen = {role: columns.named(role, asked[f"{role}_column"], file, path) for role in ROLES}
    for role, usual in USUAL.items():
        free = [name for name in file if name not in chosen.values()]
        if asked[f"{role}_column"] == "":
            chosen[role] = columns.usual(usual, free)
    found = {role: name for role, name in chosen.items() if name is not None}
    if len(set(found.values())) < len(found):
        given = ", ".join(f"{role}_column={name}" for role, name in found.items())
        raise ParameterError(f"{given} name a column of {path} twice; name another")
    if not {"probability", "prediction"} & set(found):
        shown = ", ".join(name[:40] for name in file[:30])
        known = ", ".join((*USUAL["probability"], *USUAL["prediction"]))
        raise DataError(
            f"{path} has no column for probability or prediction that is known by its name; its "
            f"columns are: {shown}; looked for {known}; name it with probability_column or "
            "prediction_column"
        )
    return found


def _shares(values: pd.Series, role: str, name: str, path: Path) -> Floats:
    """Numbers from 0 to 1; classes may be words. NaN only for missing labels."""
    words = values.astype(str).str.strip().str.lower().map(WORDS)
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(float)
    found: Floats = np.where(words.notna().to_numpy(), words.to_numpy(float), numbers)
    unlabelled = values.isna().to_numpy() | (values.astype(str) == "").to_numpy()
    inside = (found >= 0) & (found <= 1)
    right = inside & np.isin(found, (0, 1)) if role in CLASSES else inside
    wrong = np.flatnonzero(~right & ~(unlabelled & (role == "label")))
    if len(wrong):
        allowed = "0 and 1, or words like positive" if role in CLASSES else "numbers from 0 to 1"
        raise DataError(
            f"{path}: {len(wrong)} of {len(values)} values in column {name!r} are not {allowed}, "
            f"the first {str(values.iloc[wrong[0]])[:40]!r} in row {wrong[0] + 1}; mend these "
            f"rows, or name another column with {role}_column (-: none)"
        )
    return found


def _refuse_missing(values: pd.Series, role: str, name: str, path: Path) -> None:
    missing = np.flatnonzero((values.isna() | (values.astype(str) == "")).to_numpy())
    if len(missing):
        raise DataError(
            f"{path}: {len(missing)} of {len(values)} rows have nothing in column {name!r}, the "
            f"first is row {missing[0] + 1}; remove these rows, or name another column with "
            f"{role}_column (-: none)"
        )


def _ordered(table: pd.DataFrame, names: Mapping[str, str], path: Path) -> pd.DataFrame:
    """Rows by time; windows by their numbers or times, else as they first come."""
    if "time" in table:
        moments = _moments(table["time"])
        if moments is None:
            raise DataError(
                f"{path}: column {names['time']!r} holds no numbers or dates, the first is "
                f"{str(table['time'].iloc[0])[:40]!r}; name another with time_column (-: none)"
            )
        table = table.assign(time=moments).sort_values("time", kind="stable", ignore_index=True)
    if "window" in table:
        moments = _moments(table["window"])
        first = pd.factorize(table["window"])[0] if moments is None else moments
        table = table.assign(place=first, window=table["window"].astype(str))
        table = table.sort_values("place", kind="stable", ignore_index=True).drop(columns="place")
    return table


def _moments(values: pd.Series) -> pd.Series | None:
    """Numbers, or dates as numbers; None where a value is neither."""
    numbers = pd.to_numeric(values, errors="coerce")
    if numbers.notna().all():
        return numbers
    dates = pd.to_datetime(values, errors="coerce", utc=True, format="ISO8601")
    if dates.isna().any():
        dates = pd.to_datetime(values, errors="coerce", utc=True, format="mixed")
    return None if dates.isna().any() else dates.astype("int64")
