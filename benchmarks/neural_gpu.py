"""Times the transformer where JAX sees an accelerator, and on the processor beside it.

`uv run --extra neural python -m benchmarks.neural_gpu` prints one table. On a machine with a GPU
install JAX's build for it first, ``uv pip install "jax[cuda12]"``. Takes a few minutes.
"""

import time

import click
import jax
import numpy as np

from mc.data import datasets
from mc.text.decoding import parse
from mc.text.generators import find
from mc.text.tokens import number

SIZES = {"tiny": (1_000, "epochs=1"), "small": (1_000, "small,epochs=1")}
LONGEST = 80  # words of a text


def measure(preset: str, device: jax.Device) -> dict[str, str]:
    """Pieces a second of training and writing; the first, compiling round is not counted."""
    rows, text = SIZES[preset]
    corpus = datasets.find("simulated", f"rows={rows}").load()
    reviews, words = number(corpus.texts, 3)
    reviews, labels = reviews.cut(LONGEST), corpus.labels.astype(np.int8)
    family = find("transformer")
    values = family.Parameters.read_text(text, "generator_params").values()
    with jax.default_device(device):
        for _ in range(2):
            start = time.perf_counter()
            fitted = family.fit(reviews, labels, np.array(words), seed=0, **values)
            trained = time.perf_counter() - start
            start = time.perf_counter()
            rng = np.random.default_rng(0)
            written = fitted.write(labels, rng, parse("sample"), most=LONGEST)
            wrote = time.perf_counter() - start
    counts = [len(fitted.pieces.encode(texts).tokens) for texts in (reviews, written)]
    weights = sum(at.size for at in fitted.weights.values())
    return {
        "preset": preset,
        "device": device.device_kind,
        "weights": f"{weights:,}",
        "trained a second": f"{counts[0] * values['epochs'] / trained:,.0f}",
        "written a second": f"{counts[1] / wrote:,.0f}",
    }


@click.command(help=__doc__)
@click.option("--presets", default="tiny,small", help="which sizes")
def main(presets: str) -> None:
    """Measure each size on each kind of device."""
    devices = [jax.devices("cpu")[0]]
    if jax.default_backend() != "cpu":
        devices.append(jax.devices()[0])
    rows = [measure(preset, device) for preset in presets.split(",") for device in devices]
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in rows[0]}
    for row in [dict(zip(rows[0], rows[0], strict=True)), *rows]:
        click.echo("  ".join(f"{row[name]:>{width}}" for name, width in widths.items()))


if __name__ == "__main__":
    main()
