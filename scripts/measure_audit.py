"""How many rows audits need for each kind of machine: the table of statistics.md.

    python -m scripts.measure_audit FILE [SAMPLE_SIZE] [SHARE] [AUDITS] [DATA_PARAMS]

Plants a share of labels given by each classifier, which learned from 500 human reviews, and of
texts written by n-gram models, among human reviews of a real corpus of balanced classes
(``balance=false`` leaves them as they are), and audits each. The signal of a machine
is the mean z of the check that sees it best, over the share times the root of the rows of a side
(`experiments.audit.power`).
"""

import math
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

from experiments.audit import checks
from experiments.audit.evidence import Evidence, Named, open_evidence, prepare
from experiments.audit.power import corrected, detection
from experiments.audit.samples import Case, Design
from mc.engine import preparation
from mc.engine.conditions import backend_parameters

CLASSIFIERS = ("lightgbm", "random_forest", "logistic")
CONFIDENCE = 0.95


def main(
    data: str, size: int = 10_000, share: float = 0.2, audits: int = 50, params: str = ""
) -> None:
    """Measure and print."""
    source = preparation.source(data, params)
    folder, _ = prepare([Named(source.fingerprint, source.load)])
    machines = [*(("labels", name) for name in CLASSIFIERS), ("texts", "logistic")]
    with ProcessPoolExecutor(mp_context=get_context("forkserver")) as pool:
        for kind, labeller in machines:
            design = Design(
                size,
                backend_params=backend_parameters("logistic", ""),
                labeller=labeller,
                labeller_params=backend_parameters(labeller, "", "labeller"),
            )
            cases = [Case(kind, share, replicate) for replicate in range(audits)]
            rows = pd.concat(pool.map(partial(measured, folder, design), cases))
            judged = corrected(rows, CONFIDENCE)
            any_alarm = detection(judged, CONFIDENCE).set_index("check").loc["any", "rate"]
            z, many = judged.groupby("check")["z"].mean().abs(), rows["rows"].min()
            print(
                f"{kind} of {labeller}: {audits} audits of {many:,} rows a side, {any_alarm:.0%} "
                f"with an alarm, signal {z.max() / (share * math.sqrt(many)):.3f}; mean z",
                ", ".join(f"{name} {value:.2f}" for name, value in z.items()),
                flush=True,
            )


@cache
def evidence_of(folder: Path) -> Evidence:
    """The corpus, opened once a process."""
    return open_evidence(folder)


def measured(folder: Path, design: Design, case: Case) -> pd.DataFrame:
    """Checks of one audit."""
    found = checks.audit(evidence_of(folder), design, case)
    return pd.DataFrame(
        {
            "kind": case.kind,
            "share": case.share,
            "replicate": case.replicate,
            "shown": False,
            "check": list(found.tests),
            "z": [test.z for test in found.tests.values()],
            "p": [test.p for test in found.tests.values()],
            "two_sided": [test.tail == "two-sided" for test in found.tests.values()],
            "rows": int(found.figures["suspect_rows"]),
        }
    )


if __name__ == "__main__":
    texts = sys.argv[1:]
    kinds = (str, int, float, int, str)
    main(*(kind(text) for kind, text in zip(kinds, texts, strict=False)))
