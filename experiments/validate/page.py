"""The page of `validate`: which laws with known answers hold."""

import pandas as pd

from experiments.validate import figures, summary
from mc.report.page import Page, Section, Table
from mc.report.stage_result import StageResult
from mc.report.wording import number

HINTS = {
    "checks": "z: standard errors between the observed and the expected number. A bound (≤) is "
    "kept where z is at most the tolerance; a negative z lies below it. Generations are counted as "
    "in the sources, where 1 learns from the truth; in bias amplification, 1 is the first to learn "
    "from labels of another. A relative squared error is in units of the first fit's. docs/laws.md "
    "has the formula of each law.",
    "laws": "The simulations run the code of the other experiments: regimes, chains, and for bias "
    "amplification lineages.",
}
CAUTIONS = (
    "A law that holds shows that the code agrees with theory within the errors of simulation: a "
    "departure below one or two standard errors would not be seen.",
)


def page(result: StageResult) -> Page:
    """Show which laws hold, with the numbers of each."""
    checks = result.frames["checks"]
    tolerance = result.facts.get("tolerance", "4").split("; ")[0]
    figure = figures.law_figure(checks, float(tolerance), result.facts.get("chains", ""))
    return Page(
        name=result.stage,
        title="validation",
        headlines=[summary.headline(checks, tolerance)],
        number=summary.kept(checks),
        tables=[_table(checks)],
        sections=[
            Section(
                "laws",
                "Laws and simulations",
                summary.check_findings(checks),
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
