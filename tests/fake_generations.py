"""Frames of generations with known effects, for tests and for looking at figures."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

ELEVEN = tuple(round(0.1 * step, 1) for step in range(11))


def frame(
    rates: Sequence[float] = (0.0, 0.5, 1.0),
    *,
    replicates: int = 5,
    steps: int = 6,
    sizes: tuple[int, int] = (50_000, 80_000),
    effect: float = 0.03,
    noise: float = 0.0003,
    collapse: bool = False,
    seed: int = 0,
    **names: str,
) -> pd.DataFrame:
    """Make lineages that lose ``effect * rate`` of accuracy by their last generation.

    All rates of a replicate share their level (sd 0.002, as test rows do); ``noise`` is their own.
    With ``collapse`` the highest rate slides into predicting one class, and its AUC is then NaN.
    """
    rng = np.random.default_rng(seed)
    size = np.linspace(*sizes, steps).round().astype(int)
    done = np.linspace(0, 1, steps)
    rows = []
    for replicate in range(replicates):
        shared = rng.normal(0, 0.002)
        for rate in rates:
            loss = effect * rate * done**0.7 + np.where(done > 0, rng.normal(0, noise, steps), 0)
            accuracy = 0.914 + shared + 0.002 * done * (1 - rate) - (loss if rate else 0)
            share = 0.5 + 0.1 * rate * done + rng.normal(0, 0.001, steps)
            auc = 0.97 + shared - loss / 4
            if collapse and rate == max(rates):
                slide = np.clip(done / (0.55 + 0.05 * replicate), 0, 1)
                accuracy, share = accuracy - slide * (accuracy - 0.5), 0.5 + 0.5 * slide
                auc = np.where(slide == 1, np.nan, auc - 0.3 * slide)
            keys = names | {"rate": float(rate), "replicate": replicate}
            rows.append(_lineage(keys, size, accuracy=accuracy, roc_auc=auc, positive_share=share))
    return pd.concat(rows, ignore_index=True)


def with_losses(
    losses: Mapping[float, Sequence[float]],
    *,
    sizes: Sequence[int] = (1_000, 5_500, 10_000),
    base: float = 0.9,
    **names: str,
) -> pd.DataFrame:
    """Make lineages with the very losses given, by rate and replicate, at their last generation.

    Losses grow in proportion to the generation; rate 0 stays at ``base``. A NaN leaves the lineage
    out.
    """
    steps = np.arange(len(sizes)) / max(len(sizes) - 1, 1)
    most = max(map(len, losses.values()))
    rows = []
    for rate, ends in {0.0: [0.0] * most, **losses}.items():
        for replicate, end in enumerate(ends):
            accuracy = base - end * steps
            metrics = {
                "accuracy": accuracy,
                "roc_auc": accuracy + 0.05,
                "positive_share": 0.5 + end / 2 * steps,
            }
            keys = names | {"rate": rate, "replicate": replicate}
            if not np.isnan(end):
                rows.append(_lineage(keys, np.array(sizes), **metrics))
    return pd.concat(rows, ignore_index=True)


def _lineage(keys, size, **metrics):
    done, grown = np.linspace(0, 1, len(size)), (size - size[0]) / size
    drift = keys["rate"] * done
    columns = {
        "backend": "logistic",
        "regime": "accumulate",
        "labelling": "argmax",
        "initial_size": size[0],
        "increment": size[min(1, len(size) - 1)] - size[0],
        "final_size": size[-1],
        "generation": np.arange(len(size)),
        "balanced_accuracy": metrics["accuracy"],
        "f1": metrics["accuracy"],
        "log_loss": 0.25 + 0.2 * drift,
        "brier_score": 0.07 + 0.03 * drift,
        "calibration_error": 0.02 + 0.05 * drift,
        "prediction_entropy": 0.4 - 0.2 * drift,
        "agreement": 1 - 0.05 * done,
        "train_size": size.astype(float),
        "synthetic_share": keys["rate"] * grown,
        "label_error": 0.08 * keys["rate"] * grown,
        "fit_seconds": 0.5,
        "score_seconds": 0.01,
    }
    return pd.DataFrame(columns | keys | metrics)
