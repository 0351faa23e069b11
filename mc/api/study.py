"""What `mc.collapse` found out: `Study`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from mc import statistics
from mc.api.rows import in_words
from mc.api.running import Cell, Course
from mc.lineage.loop import Condition
from mc.statistics import CONDITION, DEFAULT_MARGIN, FAMILY, SIZES
from mc.types import PreparedRows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mc.report.page import Table

AXES = (*FAMILY, "rate", *SIZES, "replicate")  # of a lineage, in the order of a stage's frame


def generations_of(cells: Sequence[Cell], courses: Sequence[Course]) -> pd.DataFrame:
    """One row a generation of each lineage: its axes, then its metrics; as a stage's frame."""
    rows = [
        {
            **{axis: getattr(condition, axis) for axis in AXES[:-1]},
            "replicate": replicate,
            "generation": step,
            **metrics,
        }
        for (condition, replicate), course in zip(cells, courses, strict=True)
        for step, metrics in enumerate(course)
    ]
    return pd.DataFrame(rows).sort_values([*AXES, "generation"], ignore_index=True)


@dataclass(frozen=True, eq=False, repr=False)
class Study:
    """Lineages of one classifier at several rates.

    Parameters
    ----------
    generations : DataFrame
        One row a generation of each lineage: backend, regime, labelling, rate, initial_size,
        increment, final_size, replicate, generation, then its metrics (`mc.lineage.metrics`).
    conditions : tuple of Condition
        One for each rate.
    rows : PreparedRows
        The data.
    model : str
        The classifier as a text.
    """

    generations: pd.DataFrame
    conditions: tuple[Condition, ...]
    rows: PreparedRows
    model: str

    def effects(self, margin: float = DEFAULT_MARGIN) -> pd.DataFrame:
        """What each rate costs at the last generation.

        Parameters
        ----------
        margin : float above 0
            Largest loss of accuracy that does not matter, as a share.

        Returns
        -------
        DataFrame
            One row a rate: rate; generation; train_size; accuracy with accuracy_low and
            accuracy_high, its 95% interval; means of roc_auc and of positive_share (of more than
            two classes, largest_share); loss, loss_low, loss_high: accuracy at rate 0 minus that at
            the rate, paired by repetition, with an interval that holds for all rates together;
            verdict: ``harmful`` or ``negligible`` where that lies above or below the margin, else
            ``undecided``, and ``reference`` at rate 0; repetitions; one_class, those that end with
            a single class predicted. Losses are missing where rate 0 was not run.

        Raises
        ------
        ParameterError
            When the margin is not above 0.
        """
        table = statistics.summary(self.generations)
        verdicts = statistics.verdicts(self.generations, margin=margin)
        words = {0.0: "reference", **verdicts.set_index("rate")["verdict"]}
        judged = [words.get(rate, "") for rate in table["rate"]]
        table.insert(table.columns.get_loc("repetitions"), "verdict", judged)
        return table.drop(columns=[*CONDITION, "pairs"])

    def plot(self, margin: float = DEFAULT_MARGIN) -> "Figure":
        """The figure that a stage's page begins with.

        The loss along the growth where training sets grow, the loss against the rate where they do
        not, and accuracy where rate 0 was not run.

        Parameters
        ----------
        margin : float above 0
            Drawn as a line.

        Returns
        -------
        matplotlib.figure.Figure
            A notebook shows it; ``figure.savefig("losses.png")`` keeps it.
        """
        from mc.report import nouns  # noqa: PLC0415  (matplotlib is slow to import)
        from mc.report.growth import figure_curves, figure_losses, figure_sizes  # noqa: PLC0415

        frame, data = self.generations, self.data
        verdicts = statistics.verdicts(frame, margin=margin)
        if verdicts.empty:
            figure = figure_curves.accuracy_curves(frame, data)
        elif figure_sizes.is_course(frame):
            losses = figure_sizes.losses_by_size(frame)
            figure = figure_sizes.loss_by_size(frame, losses, margin, data)
        else:
            figure = figure_losses.paired_loss(frame, verdicts, margin, data)
        return nouns.figure_on(figure, nouns.ROWS)

    def log(self, uri: str = "", experiment: str = "", *, page: bool = True) -> str:
        """Write it to MLflow as a stage does: a run, and below it one for each lineage.

        ``mlflow run . -e report -P runs=<id>`` draws its page again.

        Parameters
        ----------
        uri : str
            Of the tracking store, as ``"sqlite:///mlflow.db"``; empty: the one that MLflow uses.
        experiment : str
            Its name, made where it does not exist; empty: the one that the environment names.
        page : bool
            Whether to draw the page now, which takes some seconds.

        Returns
        -------
        str
            Id of the run.

        Raises
        ------
        TrackingError
            When the store cannot be used.
        """
        from mc.api.records import log  # noqa: PLC0415  (MLflow is slow to import)

        return log(self, uri, experiment, with_page=page)

    @property
    def data(self) -> str:
        """The data in words."""
        return in_words(self.rows)

    @property
    def title(self) -> str:
        """What was run, in one line."""
        first, frame = self.conditions[0], self.generations
        sizes = first.sizes
        counts = f"{len(self.conditions)} rates, {frame['replicate'].nunique()} repetitions"
        grown = f"{len(sizes)} generations from {sizes[0]:,} to {sizes[-1]:,} rows"
        return f"collapse of {first.backend} on {self.rows.about['name']}: {counts}, {grown}"

    def __repr__(self) -> str:
        """The table of the page's end, as a text."""
        return f"{self.title}\n{self._end().as_text()}"

    def _repr_html_(self) -> str:
        """The same for a notebook."""
        table = self._end()
        return (
            f"<div><strong>{escape(self.title)}</strong><table><thead>{_row(table.heads, 'th')}"
            f"</thead><tbody>{''.join(_row(row, 'td') for row in table.rows)}</tbody></table>"
            f"<p>{escape(table.hint)}</p></div>"
        )

    def _end(self) -> "Table":
        from mc.report import nouns  # noqa: PLC0415  (imports matplotlib)
        from mc.report.growth.tables import end_table  # noqa: PLC0415

        verdicts = statistics.verdicts(self.generations)
        table = end_table(self.generations, verdicts, DEFAULT_MARGIN)
        return nouns.table_on(table, nouns.ROWS)


def _row(cells: Iterable[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
