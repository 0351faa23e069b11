"""The page of `text_collapse`: what generators lose that learn from each other."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from experiments.text_collapse import cures_page, figures, standard
from experiments.text_collapse import summary as found
from experiments.text_collapse.analysis import with_rules
from experiments.text_collapse.judging import COLLAPSED_BELOW, DECILE, DESCRIPTIONS
from experiments.text_collapse.leaderboard import uncured
from experiments.text_collapse.samples import CLASSES, NOTE
from experiments.text_collapse.treatment import DESCRIPTIONS as OF_CURES
from mc import statistics
from mc.lineage import metrics
from mc.report.page import Page, Section, Table
from mc.report.stage_result import StageResult
from mc.report.wording import in_points, interval, number

AXES = ("regime", "rate")
DERIVED = ("kept", "log_vocabulary", "log_perplexity")
OF_CLASSIFIERS = {
    name: text
    for name, text in metrics.DESCRIPTIONS.items()
    if name in ("accuracy", "roc_auc", "positive_share", "calibration_error", "log_loss")
}
FACTS = {
    "reviews": "{} new reviews a generation",
    "generator": "{}",
    "generator params": "{}",
    "backend": "classifier {}",
}
SHOWN = 4  # generations whose samples are shown
HINTS = {
    "writing": "The perplexity of human reviews shows how well a generator knows the language. A "
    "word that one generation misses is lost to all later ones, unless fresh text contains it.",
    "tail": "Each row of a panel is a tenth of the vocabulary, ranked by frequency in human text. "
    "Every generator reads only a part of the corpus, so compare panels with those of rate 0.",
    "classifier": "Trained on the same texts as the generator, labels included; tested on human "
    "reviews.",
    "signs": "A chart (CUSUM) watches each measure alone. It learns from lineages of rate 0 what "
    "is usual in each generation, so neither direction nor size of a change is given. Of measures "
    "that need human text or labels, such as perplexity and accuracy, it says how late they are.",
    "ends": "Means at the last generation; the loss of accuracy is paired with rate 0 of the same "
    "repetition and regime, in percentage points with its 95% interval.",
}
OF_NGRAMS = (
    "A smoothed n-gram model always writes somewhat more at random than the text it has read. Over "
    "generations this adds to the loss by sampling, and a temperature below 1 counteracts it. "
    "Effect sizes do not carry over to other kinds of generators."
)
OF_OTHERS = (
    "A network that is trained from scratch on few texts is a weak model of them, and spells words "
    "that are none; both add to what is lost. Larger and pretrained models lose less."
)
CAUTION = (
    "Losses are measured from rate 0: fresh human text, which itself differs from generation to "
    "generation. Under accumulate its amount also grows."
)


def page(result: StageResult) -> Page:
    """What generators lose, the tail, the classifier, and sample texts."""
    rows, cures = _derived(uncured(result.frames["generations"])), result.frames.get("cures")
    names = [name for name in {**OF_CLASSIFIERS, **DESCRIPTIONS} if name in rows] + list(DERIVED)
    curves = statistics.loop_means(rows, AXES, names, shares=standard.SHARES)
    against = ("rate", 0.0)
    contrasts = statistics.loop_contrasts(rows, AXES, against, names, shares=standard.SHARES)
    changes = statistics.loop_changes(rows, AXES, names)
    about = _about(result.facts)
    glossary = {**OF_CLASSIFIERS, **DESCRIPTIONS}
    is_ngram = result.facts.get("generator", "ngram") == "ngram"
    return Page(
        name=result.stage,
        title="text collapse",
        headlines=[
            found.headline(contrasts),
            *found.regime_findings(contrasts),
            *([] if cures is None else [cures_page.headline(cures)]),
        ],
        tables=[
            _ends(curves, contrasts),
            *standard.tables(curves, contrasts),
            *([] if cures is None else [cures_page.board(cures)]),
            *_samples(rows, contrasts),
        ],
        sections=[
            *([] if cures is None else [cures_page.section(cures, about)]),
            *_sections(rows, curves, contrasts, changes, about),
            *standard.sections(curves, contrasts, result.facts, about),
            *_early_signs(rows, contrasts, result.frames.get("early_signs"), about),
        ],
        more=[_all(contrasts, names)] if len(contrasts) else [],
        frames={**result.frames, "curves": curves, "contrasts": contrasts},
        facts=result.facts,
        cautions=[CAUTION, OF_NGRAMS if is_ngram else OF_OTHERS],
        glossary={name: text for name, text in glossary.items() if name in rows}
        | ({} if cures is None else OF_CURES),
    )


def _derived(generations: pd.DataFrame) -> pd.DataFrame:
    """Rows in order; vocabulary as a share of generation 0's, and logarithms for ratios."""
    rows = with_rules(generations)
    rows = rows.sort_values([*AXES, "replicate", "generation"], ignore_index=True)
    first = rows.groupby([*AXES, "replicate"])["vocabulary"].transform("first")
    return rows.assign(
        kept=rows["vocabulary"] / first,
        log_vocabulary=np.log(rows["vocabulary"]),
        log_perplexity=np.log(rows["perplexity"]),
    )


def _about(facts: Mapping[str, str]) -> str:
    """The data and how they were made, for figures."""
    parts = [
        form.format(facts[name]) for name, form in FACTS.items() if facts.get(name, "0") != "0"
    ]
    return "; ".join([facts.get("data", ""), *parts])


def _sections(
    rows: pd.DataFrame,
    curves: pd.DataFrame,
    contrasts: pd.DataFrame,
    changes: pd.DataFrame,
    about: str,
) -> list[Section]:
    tail = curves[curves["metric"].str.startswith(DECILE.format(""))]
    tail = tail.assign(decile=tail["metric"].str.removeprefix(DECILE.format("")).astype(int))
    paired = len(contrasts) > 0
    alarm = found.alarm_findings(rows, contrasts, COLLAPSED_BELOW) if paired else []
    return [
        Section(
            "writing",
            "What the generators lose",
            [*(found.writing_findings(contrasts) if paired else []), *alarm],
            figures.writing_curves(curves, COLLAPSED_BELOW, about),
            HINTS["writing"],
        ),
        Section(
            "tail",
            "The tail of the vocabulary",
            found.tail_findings(rows, contrasts, DECILE) if paired else [],
            figures.tail_maps(tail, about),
            HINTS["tail"],
        ),
        Section(
            "classifier",
            "The classifier: accuracy and confidence",
            [
                *(found.classifier_findings(contrasts) if paired else []),
                *found.drift_findings(changes),
            ],
            figures.classifier_curves(curves, about),
            HINTS["classifier"],
        ),
    ]


def _early_signs(
    rows: pd.DataFrame, contrasts: pd.DataFrame, signs: pd.DataFrame | None, about: str
) -> list[Section]:
    """The ranking of measures by when they move; nothing where repetitions were too few."""
    if signs is None:
        return []
    last, regime = int(rows["generation"].max()), found.worst_regime(contrasts)
    own = signs[signs["regime"] == regime]
    figure = figures.early_signs(signs, last, about)
    told = found.early_findings(own, regime, last)
    return [Section("early_signs", "Which measure moves first", told, figure, HINTS["signs"])]


def _ends(curves: pd.DataFrame, contrasts: pd.DataFrame) -> Table:
    """A row for each regime and rate."""
    ends = curves[curves["generation"] == curves["generation"].max()]
    means = ends.pivot_table(index=list(AXES), columns="metric", values="mean", sort=False)
    losses = contrasts[contrasts["generation"] == curves["generation"].max()]
    losses = losses[losses["metric"] == "accuracy"].set_index(list(AXES))
    table = [
        [
            f"{regime}, {rate:g}",
            number(row["perplexity"], 0),
            f"{100 * row['kept']:.0f}%",
            f"{100 * row['lost_mass']:.1f}%",
            number(row["distance"], 3),
            number(100 * row["accuracy"], 2),
            _loss(losses, (regime, rate)),
            number(row["roc_auc"], 3),
            number(100 * row["confidence"], 1),
        ]
        for (regime, rate), row in means.iterrows()
    ]
    heads = [
        "regime, rate",
        "perplexity",
        "words known",
        "cannot write",
        "distance",
        "accuracy",
        "loss (points)",
        "AUC",
        "confidence",
    ]
    hint = f"{HINTS['ends']} Words known: as a share of generation 0's."
    return Table("At the last generation", heads, table, hint)


def _loss(losses: pd.DataFrame, cell: tuple[str, float]) -> str:
    if cell not in losses.index:
        return "–"
    row = losses.loc[cell]
    return in_points(-row["mean"], -row["high"], -row["low"])


def _samples(rows: pd.DataFrame, contrasts: pd.DataFrame) -> list[Table]:
    """Texts of a few generations with the same beginnings, at each rate."""
    regime = found.worst_regime(contrasts) if len(contrasts) else rows["regime"].iloc[0]
    first = rows[(rows["regime"] == regime) & (rows["replicate"] == rows["replicate"].min())]
    last = int(first["generation"].max())
    steps = sorted({0, 1, round(last / 2), last})[:SHOWN]
    hint = (
        f"{regime}, one repetition. All texts start with the same four words of a held-out human "
        "review and use the same random numbers."
    )
    tables = []
    for name in CLASSES:
        table = first.pivot(index="generation", columns="rate", values=NOTE.format(name)).fillna("")
        cells = [[str(step), *table.loc[step].tolist()] for step in steps]
        heads = ["generation", *(f"rate {rate:g}" for rate in table.columns)]
        tables.append(Table(f"Written as {name} reviews", heads, cells, hint, prose=True))
    return tables


def _all(contrasts: pd.DataFrame, names: Sequence[str]) -> Table:
    """Every metric against rate 0 at the last generation."""
    ends = contrasts[contrasts["generation"] == contrasts["generation"].max()]
    cells = ends[list(AXES)].drop_duplicates().itertuples(index=False, name=None)
    columns = {f"{regime}, {rate:g}": (regime, rate) for regime, rate in cells}
    known = ends.set_index([*AXES, "metric"])
    table = [
        [
            name.replace("_", " "),
            *(_interval(known.loc[(*cell, name)]) for cell in columns.values()),
        ]
        for name in names
    ]
    return Table("All metrics: differences from rate 0", ["metric", *columns], table)


def _interval(row: pd.Series) -> str:
    return interval(row["mean"], row["low"], row["high"], 4)
