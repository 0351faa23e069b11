"""The page of `rare_classes`: which classes vanish, when, and what keeps them."""

import pandas as pd

from experiments.rare_classes import analysis, figures, summary
from experiments.rare_classes.figures import ORDER
from mc.lineage.class_metrics import RARE, descriptions
from mc.lineage.metrics import LABEL_COUNTS
from mc.lineage.recipe import NOTHING
from mc.report.page import Page, Section, Table
from mc.report.stage_result import StageResult
from mc.report.wording import in_points, number

HINTS = {
    "shares": "A band that narrows to nothing is a class that the classifier no longer predicts. "
    "Shares are those of predictions on held-out rows, whose labels are human.",
    "recall": "Recall: share of a class's held-out rows that are classified rightly. A rare class "
    "has few held-out rows, so its interval is long.",
    "saved": "Doing nothing is the labelling argmax. A strategy helps where its loss is smaller. "
    "Asking people for labels has its price, in brackets.",
    "ends": "Means at the last generation. Losses against human labels of the same regime and "
    "repetition, in percentage points with 95% t intervals. Rare: recall of the rarest classes, "
    f"which have {RARE:.0%} of the labels at most. Lost: classes that are never predicted, beyond "
    "those that human labels lose too. Divergence: of predicted from human class shares, in bits.",
    "claims": "Each claim is judged by its interval, which holds for three claims together at 95%. "
    "“Undecided” is no proof that it is wrong.",
}
CAUTIONS = (
    "With human labels a classifier may already predict a rare class too seldom; losses are "
    "measured from there, not from the human shares.",
    "Class shares are made by leaving out rows, unless imbalance=0.",
)


def page(result: StageResult) -> Page:
    """Shares through the generations, recall by frequency, what is saved, and the claims."""
    generations, classes = result.frames["generations"], result.frames["classes"]
    losses = analysis.losses(generations)
    parts = analysis.rare_parts(generations, classes)
    by_class = analysis.by_class(generations, classes)
    claims = analysis.claims(generations, classes)
    data = result.facts.get("data", "")
    regimes = list(dict.fromkeys(generations["regime"]))
    return Page(
        name=result.stage,
        title="rare classes",
        headlines=summary.headlines(losses, by_class, claims),
        tables=[_ends(losses), _claims(claims)],
        sections=[
            Section(
                "shares",
                "Class shares through the generations",
                summary.part_sentences(parts),
                figures.shares(generations, classes, regimes, data),
                HINTS["shares"],
            ),
            Section(
                "recall",
                "Recall by class frequency",
                [],
                figures.recall(by_class, regimes, data),
                HINTS["recall"],
            ),
            Section(
                "saved",
                "What keeps the rare classes",
                summary.saved_sentences(losses),
                figures.saved(losses, data),
                HINTS["saved"],
            ),
        ],
        more=[_by_class(by_class)],
        frames={
            "losses": losses,
            "rare_parts": parts,
            "by_class": by_class,
            "claims": claims,
            "classes": classes,
            "generations": generations,
        },
        facts=result.facts,
        cautions=CAUTIONS,
        glossary={**descriptions(generations), **LABEL_COUNTS},
    )


def _ends(losses: pd.DataFrame) -> Table:
    place = {name: i for i, name in enumerate(ORDER)}
    rows = losses.assign(place=losses["labelling"].map(place).fillna(len(ORDER)))
    rows = rows.sort_values(["strategy", "regime", "rate", "place"], kind="stable")
    rows = rows.sort_values("strategy", key=lambda names: names != NOTHING, kind="stable")
    cells = [
        [
            row["regime"],
            row["labelling"],
            "–" if row["strategy"] == NOTHING else row["strategy"],
            f"{row['rate']:g}",
            in_points(row["accuracy"], row["accuracy_low"], row["accuracy_high"]),
            in_points(row["rare_recall"], row["rare_recall_low"], row["rare_recall_high"]),
            number(row["lost"], 1),
            number(row["divergence"], 3),
            str(row["n"]),
        ]
        for _, row in rows.iterrows()
    ]
    heads = ["regime", "labelling", "strategy", "rate", "accuracy lost", "rare recall lost"]
    heads += ["classes lost", "divergence", "repetitions"]
    return Table("At the last generation", heads, cells, HINTS["ends"])


def _claims(claims: pd.DataFrame) -> Table:
    marks = {"supported": "✓ supported", "contradicted": "✗ contradicted"}
    cells = [
        [
            row["claim"],
            row["what"],
            row["where"],
            in_points(row["mean"], row["low"], row["high"]),
            marks.get(row["verdict"], "? undecided"),
        ]
        for _, row in claims.iterrows()
    ]
    heads = ["claim", "measured", "where", "points", "verdict"]
    return Table("Three claims", heads, cells, HINTS["claims"], prose=True)


def _by_class(by_class: pd.DataFrame) -> Table:
    heads = ["regime", "labelling", "strategy", "rate", "class", "human share", "recall"]
    heads += ["recall lost (points)", "never predicted at the end", "from generation"]
    return Table("Each class at the last generation", heads, summary.class_rows(by_class))
