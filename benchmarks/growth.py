"""Time and memory of reading, vectorising and one training, as the corpus grows."""

import time
from typing import Any

from benchmarks import apart
from mc.data import datasets
from mc.data.features import open_features, prepare
from mc.data.vectoriser import Vectoriser
from mc.lineage import backends

FACTORS = (1, 2, 4, 8)


def run(rows: int, factors: tuple[int, ...] = FACTORS, backend: str = "logistic") -> list[Any]:
    """Time simulated corpora of so many times ``rows`` reviews, each in its own process."""
    found = []
    for factor in factors:
        seconds, peak = apart.run(once, rows * factor, backend, one_thread=True)
        found.append({"reviews": rows * factor, **seconds, "peak MB": peak})
    return found


def once(rows: int, backend: str) -> dict[str, float]:
    """Seconds of making the features (simulating included) and of one training on all reviews."""
    plugin = backends.find(backend)
    source = datasets.find("simulated", f"rows={rows}")
    start = time.perf_counter()
    folder, _ = prepare(source.fingerprint, source.load)
    prepared = time.perf_counter()
    features = open_features(folder)
    known = Vectoriser.known(features.reviews, rows, 1, plugin.representation)
    plugin.fit(known.transform(features.X), features.labels, seed=0, previous=None)
    fitted = time.perf_counter()
    return {"read and vectorise": prepared - start, "train": fitted - prepared}
