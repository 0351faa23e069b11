"""The page of `validate`: which laws with known answers hold here."""

import pandas as pd

from experiments.validate import figures
from experiments.validate import summary as found
from mc.report.page import Page, Section, Table, number
from mc.report.stage_result import StageResult

HINTS = {
    "checks": "z: standard errors between what was observed and what is expected. A bound (≤) is "
    "kept where z is at most the tolerance; a negative z lies below it. Generations are counted as "
    "the sources do, where 1 learns from the truth; of bias amplification, 1 is the first to learn "
    "from labels of another. Each law's formula stands in docs/laws.md.",
    "laws": "What is simulated is this laboratory's own code: its regimes, its chains, and for "
    "bias amplification its lineages.",
}
CAUTIONS = (
    "A law that holds here says that the laboratory computes what theory says, within errors of "
    "simulation: a departure smaller than a standard error or two would not be seen.",
)


def page(result: StageResult) -> Page:
    """Tell which laws hold, with the numbers of each."""
    checks = result.frames["checks"]
    tolerance = result.facts.get("tolerance", "4").split("; ")[0]
    made_of = f"{result.facts.get('chains', '')} chains (costly laws: a share of them)."
    figure = figures.law_figure(checks, float(tolerance), made_of)
    return Page(
        name=result.stage,
        title="validation",
        headlines=[found.headline(checks, tolerance)],
        tables=[_table(checks)],
        sections=[
            Section(
                "laws",
                "Laws beside simulations",
                found.check_findings(checks),
                figure,
                HINTS["laws"],
            )
        ],
        frames={"checks": checks},
        facts=result.facts,
        cautions=CAUTIONS,
    )


def _table(checks: pd.DataFrame) -> Table:
    rows = [
        [
            row["law"],
            row["source"],
            row["regime"],
            row["quantity"],
            str(row["generation"]),
            number(row["observed"], 4),
            ("≤ " if row["is_bound"] else "") + number(row["expected"], 4),
            number(row["standard_error"], 4),
            number(row["z"], 2),
            "passes" if row["passes"] else "FAILS",
            str(row["seed"]),
        ]
        for _, row in checks.iterrows()
    ]
    heads = ["law", "source", "regime", "quantity", "generation", "observed", "expected"]
    heads += ["standard error", "z", "verdict", "seed"]
    return Table("Laws with known answers", heads, rows, HINTS["checks"])
