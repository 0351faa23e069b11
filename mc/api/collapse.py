"""Lineages on data in memory: `collapse`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from mc.api import running
from mc.api.models import Model, model_of
from mc.api.rows import FIXED, rows_of
from mc.api.settings import Growth, LoopSettings, checked_rates, growth, loop_settings
from mc.api.study import Study, generations_of
from mc.errors import DataError
from mc.lineage import recipe
from mc.lineage.loop import Condition
from mc.lineage.replicate import Replicate
from mc.lineage.view import check as check_view
from mc.progress import notebook_bar
from mc.types import AnyEstimator, Array, Matrix, PreparedRows


def collapse(
    X: Matrix,
    y: Array | Sequence[object],
    *,
    model: AnyEstimator = "logistic",
    rates: Iterable[float] = (0.0, 0.3, 1.0),
    regime: str = "accumulate",
    labelling: str = "argmax",
    strategy: str = "none",
    sizes: Iterable[int] | None = None,
    repetitions: int = 5,
    test_size: int | None = None,
    X_test: Matrix = None,
    y_test: Array | Sequence[object] | None = None,
    representation: str = "auto",
    vocabulary: str = "training",
    same_rows: bool = False,
    seed: int = 0,
    jobs: int = 1,
    progress: bool = True,
    name: str = "X",
) -> Study:
    """Train generations of a classifier on labels of the one before, at several rates.

    Generation 0 trains on human labels alone. Each later generation collects more rows, of which
    the share ``rate`` gets its labels from the classifier before, and the rest keeps those in
    ``y``. All are tested on held-out rows with the labels in ``y``.

    Nothing is written: `Study.log` does that where it is asked to.

    Parameters
    ----------
    X : (n, d) array or sparse matrix, DataFrame of n rows, or sequence of n str
        Rows. Arrays and sparse matrices go to the classifier as they are. Of a DataFrame numbers
        are scaled, words become one column each, and missing values are filled in. Texts become
        tf-idf or counts, as the model wants, or stay texts for a pipeline that begins with a
        vectoriser. Rows are used as they are: leave copies out, as one
        may be trained on and another tested on.
    y : (n,)
        Classes, words or numbers: 2 to 1,000 of them, each with two rows at least.
    model : str or estimator
        An object with scikit-learn's ``fit`` and ``predict_proba`` or ``decision_function``, which
        is cloned and never changed, fitted on one thread; or a backend's name (``"logistic"``,
        ``"lightgbm"``, ``"random_forest"``); or where to import one from
        (``"sklearn.svm:LinearSVC"``).
    rates : iterable of float in [0, 1]
        Shares of each increment that the previous generation labels. Losses are paired with rate 0.
    regime : {"accumulate", "replace", "subsample"}
        Whether a generation trains on all rows so far, on its new rows, or on a sample of all rows
        that is as large as generation 0.
    labelling : {"argmax", "sample", "prior"}
        Whether a row gets its likeliest class, a class drawn by its probabilities, or classes are
        given out so that their shares stay.
    strategy : str
        Recipe against collapse, as ``"fresh_labels:share=0.2"``; see `mc.lineage.recipe`.
    sizes : iterable of int, ascending, optional
        Rows collected up to each generation. By default a tenth of the pool, which is all rows but
        the held-out ones, then ten equal steps to all of it.
    repetitions : int from 1
        Replicates: each draws other rows, test rows and random numbers, which all rates share.
    test_size : int, optional
        Held-out rows, drawn anew in each repetition; by default a third of all, 20,000 at most.
    X_test, y_test : like X and y, optional
        A fixed test set instead.
    representation : str
        ``"auto"``; of a DataFrame ``"table"`` or ``"raw"``, which leaves it as it is; of an array
        ``"raw"`` or ``"table"``, which scales it; of texts ``"tfidf"``, ``"counts"``,
        ``"embedding"``, or ``"raw"``, the texts, which ``"auto"`` is for a pipeline that begins
        with a vectoriser.
    vocabulary : {"training", "initial", "corpus"}
        Rows that words, scales and categories are learned from: those collected so far, those of
        generation 0, or all.
    same_rows : bool
        Whether every generation gets the rows of generation 0 again, labelled anew, in place of new
        ones; ``sizes`` then are multiples of the first.
    seed : int from 0
        Base of all random streams.
    jobs : int
        Processes; -1 for one per core. The results do not depend on it.
    progress : bool
        Whether to show a bar.
    name : str
        Of the data, for figures and runs.

    Returns
    -------
    Study
        Frame of generations, effects, figure.

    Raises
    ------
    ParameterError, DataError
        Before anything is computed where a value cannot be used; later where the model fails, with
        the generation.

    Examples
    --------
    >>> import mc
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.naive_bayes import GaussianNB
    >>> X, y = load_digits(return_X_y=True)
    >>> study = mc.collapse(X, y, model=GaussianNB(), rates=[0, 1], regime="replace",
    ...                     sizes=[200, 400, 600], repetitions=3, progress=False)
    >>> study.generations[["rate", "replicate", "generation", "train_size"]].head(3)
       rate  replicate  generation  train_size
    0   0.0          0           0       200.0
    1   0.0          0           1       200.0
    2   0.0          0           2       200.0
    >>> study.effects()["verdict"].tolist()
    ['reference', 'harmful']
    """
    asked = checked_rates(rates)
    settings = loop_settings(
        regime=regime,
        labelling=labelling,
        vocabulary=vocabulary,
        representation=representation,
        repetitions=repetitions,
        seed=seed,
        jobs=jobs,
    )
    chosen = model_of(model)
    seen = chosen.seen(representation)
    rows = rows_of(X, y, X_test=X_test, y_test=y_test, representation=seen, name=name)
    fixed = rows.about.get(FIXED, 0)
    sizing = growth(len(rows.labels), sizes, test_size, fixed_test_rows=fixed, same_rows=same_rows)
    start = condition(chosen, rows, settings, sizing, strategy)
    start = replace(start, same_rows=same_rows)
    check_test_rows(rows, start, range(settings.repetitions))
    cells = [
        (replace(start, rate=rate), replicate)
        for replicate in range(settings.repetitions)
        for rate in asked
    ]
    bar = notebook_bar(len(cells) * len(start.sizes), "generations", is_shown=progress)
    try:
        courses = running.run(rows, chosen, cells, settings.jobs, bar)
    finally:
        bar.close()
    return Study(
        generations=generations_of(cells, courses),
        conditions=tuple(replace(start, rate=rate) for rate in asked),
        rows=rows,
        model=chosen.identity,
    )


def condition(
    model: Model, rows: PreparedRows, settings: LoopSettings, sizing: Growth, strategy: str
) -> Condition:
    """The condition at rate 0.

    Raises
    ------
    ParameterError
        For a strategy that does not exist, or does not go with the model; for a model,
        representation or vocabulary that does not go with the rows.
    """
    wanted = Condition(
        sizes=sizing.sizes,
        regime=settings.regime,
        labelling=settings.labelling,
        backend=model.name,
        backend_params=model.parameters,
        test_size=sizing.test_size,
        seed=settings.seed,
        strategy=strategy,
        vocabulary=settings.vocabulary,
        representation=settings.representation,
    )
    with model.known():
        recipe.check(recipe.parse(strategy), model.name, len(rows.classes))
        check_view(rows, wanted)
    return wanted


def check_test_rows(rows: PreparedRows, condition: Condition, replicates: Iterable[int]) -> None:
    """Refuse test sets of one class, on which two classes cannot be told apart.

    Raises
    ------
    DataError
        Names the first repetition that has one.
    """
    fixed = rows.about.get(FIXED, 0)
    for replicate in [0] if fixed else replicates:
        draws = Replicate.draw(len(rows.labels), condition, replicate, fixed)
        if len(np.unique(rows.labels[draws.test])) < 2:
            what = (
                "y_test"
                if fixed
                else f"test_size={condition.test_size}: repetition {replicate + 1}"
            )
            raise DataError(f"{what} holds one class only; give more test rows")
