"""The page of a stage whose lineages differ in their rate, or in where they start."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from mc import statistics
from mc.errors import DataError
from mc.lineage.class_metrics import descriptions
from mc.report.growth import (
    backend_contrast,
    figure_contrast,
    figure_curves,
    figure_dose,
    figure_losses,
    figure_published,
    figure_sizes,
    figure_surface,
    summary_contrast,
    summary_dose,
    summary_lineages,
    summary_losses,
    summary_published,
)
from mc.report.growth.summary_published import LIKE, PARAMETERS
from mc.report.growth.tables import (
    SHARE_WORDS,
    cautions,
    end_table,
    lineage_table,
    metrics_table,
    without_empty,
)
from mc.report.nouns import REVIEWS, noun
from mc.report.page import Page, Section, Table
from mc.report.seed_study import published
from mc.report.stage_result import StageResult
from mc.report.wording import interval, points
from mc.statistics import CONDITION, FAMILY, Surface, share_metric

CONTRASTED = "collapse_rates"  # the stage whose page shows the stored contrast of backends
CURVES = ("accuracy", "roc_auc")
HINTS = {
    "loss_by_size": "Losses are paired: rate 0 minus the rate, in the same repetition at the same "
    "size, so that what a repetition's rows do to both cancels. All panels share one scale.",
    "accuracy": "Bands and dots include noise that all rates of a repetition share. Whether two "
    "rates differ is shown by the paired losses below, not by whether they overlap.",
    "metrics": "Accuracy can fall because reviews are ranked worse, which lowers the area under "
    "the ROC curve, or because the share {} drifts while the ranking holds.",
    "paired_loss": "Intervals and verdicts hold for all rates of a condition together, and agree: "
    "a loss is harmful or negligible where its interval lies on one side of the margin. A rate's "
    "lower bound is never above that of a higher rate, nor its upper bound below that of a lower.",
    "tolerance": "Left: slope through 0 of the loss over all rates tested; it does not show the "
    "shape of the curve. Right: the rate at which the mean loss reaches the margin, interpolated "
    "between tested rates. Along a lineage the training set, the number of generations and the "
    "share of machine labels grow together.",
    "surface": "Below the solid line the predicted loss is within the margin; below the dashed "
    "line the upper bound of its interval is, too. More repetitions would bring the lines closer. "
    "Where a line is missing, all tested rates lie below it.",
    "backend_contrast": "To compare the backends on your own reviews, run:",
    "published": "Our repetitions and the published ones are not paired, and reviews, features and "
    "test rows differ: shape, order and direction can be compared, levels less so. Published "
    "curves are interpolated to our sizes.",
}


@dataclass(frozen=True, eq=False)
class _Study:
    """A stage's lineages and their statistics, computed once for sentences and figures."""

    result: StageResult
    generations: pd.DataFrame
    verdicts: pd.DataFrame
    doses: pd.DataFrame
    trends: pd.DataFrame
    tolerable: pd.DataFrame
    surfaces: list[Surface]
    published: pd.DataFrame  # the original's points at our rates
    compared: pd.DataFrame

    @property
    def data(self) -> str:
        """What the lineages were made of."""
        return self.result.facts.get("data", "")


def page(result: StageResult) -> Page:
    """Show the curves, what each rate costs, and how much is tolerable."""
    study = _study(result)
    generations = study.generations
    tolerance = summary_dose.tolerance_findings(generations, study.tolerable, result.margin)
    return Page(
        name=result.stage,
        title=result.stage.replace("_", " "),
        headlines=[*summary_lineages.headlines(generations), *tolerance],
        tables=[end_table(generations, study.verdicts, result.margin)],
        sections=_with_contrast(list(_sections(study)), study),
        more=[*_compared_table(study), metrics_table(generations), lineage_table(generations)],
        frames=_frames(study),
        facts=result.facts,
        cautions=cautions(generations),
        glossary=descriptions(generations),
    )


def _study(result: StageResult) -> _Study:
    """Compute once what several parts of the page show."""
    generations = statistics.checked(result.frames["generations"])
    points = published.seed_curves(result.stage, generations["rate"].unique())
    two_classes = share_metric(generations) == "positive_share"
    points = points if statistics.growing(generations) and two_classes else points.iloc[:0]
    return _Study(
        result,
        generations,
        statistics.verdicts(generations, margin=result.margin),
        _graded(statistics.dose_response(generations), generations),
        _graded(statistics.dose_trend(generations), generations),
        _graded(statistics.tolerable_rates(generations, result.margin), generations),
        list(_surfaces(generations, result.margin)),
        points,
        statistics.against_published(generations, points),
    )


def _graded(table: pd.DataFrame, generations: pd.DataFrame) -> pd.DataFrame:
    """Rows of conditions with at least 2 rates above 0, as an interpolation needs."""
    above = generations[generations["rate"] > 0]
    rates = above.groupby(CONDITION, dropna=False)["rate"].nunique()
    several = set(rates[rates > 1].index)
    keys = table[CONDITION].itertuples(index=False, name=None)
    return table[pd.Series([key in several for key in keys], table.index, dtype=bool)]


def _surfaces(generations: pd.DataFrame, margin: float) -> Iterator[Surface]:
    """One surface a family of conditions, where rates, sizes and repetitions suffice.

    Growths that end at different sizes have one each: between them nothing was run, and where they
    meet in size they do not in what machines labelled.
    """
    apart = [*FAMILY, "final_size"]
    ends = generations.groupby(FAMILY, dropna=False)["final_size"].transform("nunique")
    for keys, rows in generations.groupby(apart, dropna=False):
        try:
            surface = statistics.response_surface(rows, margin=margin)
        except DataError:
            continue
        if ends[rows.index].gt(1).any():
            start, end = rows["initial_size"].min(), keys[-1]
            surface = replace(surface, family=f"{surface.family}, {start:,} to {end:,}")
        yield surface


def _sections(study: _Study) -> Iterator[Section]:
    """Figures with their sentences, what matters most first."""
    generations, margin, data = study.generations, study.result.margin, study.data
    lossless = study.verdicts.empty
    courses = summary_lineages.curve_findings(generations)
    if not lossless and figure_sizes.is_course(generations):
        losses = figure_sizes.losses_by_size(generations)
        yield Section(
            "loss_by_size",
            "Small sets collapse, do large ones?"
            if generations["initial_size"].nunique() > 1
            else "What is lost as the training set grows",
            summary_losses.size_findings(generations, study.verdicts),
            figure_sizes.loss_by_size(generations, losses, margin, data),
            HINTS["loss_by_size"],
        )
    yield Section(
        "accuracy",
        "Accuracy over generations",
        [*courses, *summary_losses.loss_findings(generations)] if lossless else courses,
        figure_curves.accuracy_curves(generations, data),
        HINTS["accuracy"],
    )
    if not lossless:
        yield Section(
            "paired_loss",
            "What each rate costs",
            [
                *summary_losses.verdict_findings(generations, study.verdicts, margin),
                *summary_losses.loss_findings(generations),
            ],
            figure_losses.paired_loss(generations, study.verdicts, margin, data),
            HINTS["paired_loss"],
        )
    yield Section(
        "metrics",
        "Decisions, ranking and class shares",
        summary_lineages.metric_findings(generations),
        figure_curves.three_metrics(generations, data),
        HINTS["metrics"].format(SHARE_WORDS[share_metric(generations)]),
    )
    if len(study.doses):
        yield Section(
            "tolerance",
            "How much is tolerable",
            summary_dose.dose_findings(generations, study.doses, study.trends),
            figure_dose.tolerance(generations, study.doses, study.tolerable, margin, data),
            HINTS["tolerance"],
        )
    if study.surfaces:
        yield Section(
            "surface",
            "Loss over rate and size",
            [text for surface in study.surfaces for text in summary_dose.surface_findings(surface)],
            figure_surface.loss_surface(generations, study.surfaces, data),
            HINTS["surface"],
        )
    if len(study.compared):
        yield _published(study)


def _with_contrast(sections: list[Section], study: _Study) -> list[Section]:
    """Put the stored contrast of backends after the first section, where it belongs.

    A report that has the reader's own comparison does not need it, and on other data than reviews
    of two classes it says nothing.
    """
    result, share = study.result, share_metric(study.generations)
    if result.stage != CONTRASTED or backend_contrast.STAGE in result.report_stages:
        return sections
    if share != "positive_share" or noun(study.data) != REVIEWS:
        return sections
    table = backend_contrast.stored()
    section = Section(
        "backend_contrast",
        "Do other backends collapse? Stored figures of real reviews",
        summary_contrast.contrast_findings(table),
        figure_contrast.backend_losses(table),
        f"Stored figures, not of this run: {backend_contrast.origin(table)}. "
        + HINTS["backend_contrast"],
        backend_contrast.command(table),
    )
    return [*sections[:1], section, *sections[1:]]


def _published(study: _Study) -> Section:
    """The original study's curves and ours."""
    facts = study.result.facts
    backend = ", ".join(sorted(study.generations["backend"].unique()))
    parameters = facts.get(PARAMETERS, "")
    places = study.compared[CONDITION].drop_duplicates()
    matched = study.generations.merge(places, on=CONDITION)  # other growths were not published
    return Section(
        "published",
        "Replication of the original study"
        if backend == LIKE
        else "Comparison with the original study",
        [
            *summary_published.published_findings(study.compared),
            summary_published.departures(backend, parameters),
        ],
        figure_published.compared_curves(
            matched, study.compared, study.published, study.data, parameters
        ),
        HINTS["published"],
    )


def _frames(study: _Study) -> dict[str, pd.DataFrame]:
    """Unrounded numbers behind all that is shown; tables without rows are left out."""
    generations = study.generations
    grids = [surface.grid.assign(family=surface.family) for surface in study.surfaces]
    frontiers = [surface.frontier.assign(family=surface.family) for surface in study.surfaces]
    frames = {
        "summary": statistics.summary(generations),
        "verdicts": study.verdicts,
        "dose_response": study.doses,
        "dose_trend": study.trends,
        "tolerable_rates": study.tolerable,
        "surface": pd.concat(grids) if grids else pd.DataFrame(),
        "frontier": pd.concat(frontiers) if frontiers else pd.DataFrame(),
        "against_published": study.compared,
        "curve": pd.concat(
            [
                statistics.curve(generations, metric)
                for metric in (*CURVES, share_metric(generations))
            ]
        ),
        "generations": generations,
    }
    return {name: frame for name, frame in frames.items() if len(frame)}


def _compared_table(study: _Study) -> list[Table]:
    """Ours and the published accuracies, where there are any."""
    names = statistics.condition_names(study.generations)
    rows = [
        [
            names.get(tuple(row[CONDITION]), ""),
            f"{row.rate:g}",
            f"{row.train_size:,.0f}",
            interval(row.accuracy, row.accuracy_low, row.accuracy_high, 3),
            interval(row.published, row.published_low, row.published_high, 3),
            points(row.difference),
            points(row.distance),
            f"{row.n}, {row.published_n}",
        ]
        for _, row in study.compared.iterrows()
    ]
    heads = ["condition", "rate", "reviews", "ours", "published", "difference (points)"]
    heads += ["distance (points)", "repetitions"]
    table = Table("Comparison with the original study, at the largest size of both", heads, rows)
    return [without_empty(table)] if rows else []
