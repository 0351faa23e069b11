"""Dey and Donoho's tables again: ``python -m scripts.dey_donoho`` prints them as markdown.

``python -m scripts.dey_donoho breast_cancer/augment`` computes one part of them.

"Universality of the pi^2/6 pathway in avoiding model collapse" (arXiv:2410.22812) fits logistic
regression to a table again and again, each time on labels drawn from the fit before, of the same
rows. Published are runs with one seed, in the authors' repository (model_collapse_universality,
logistic_ML_data); here the test set is theirs and the labels have many seeds.
"""

import argparse
from collections.abc import Iterator, Sequence

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

import mc
from mc.types import Array

SPLIT = {"test_size": 0.3, "random_state": 123456}  # the authors'
FITS = (1, 2, 10, 25, 50)
SEEDS = 20
REGIMES = {"discard": "replace", "augment": "accumulate"}  # their word, and ours
PUBLISHED = {  # test log loss at some fits
    ("diabetes", "discard"): {1: 0.4285, 10: 0.757, 25: 3.854, 50: 8.100},
    ("diabetes", "augment"): {1: 0.4285, 10: 0.4551, 25: 0.4551, 50: 0.4558},
    ("breast_cancer", "discard"): {1: 0.1019, 2: 1.475, 10: 1.475, 25: 1.475, 50: 1.475},
    ("breast_cancer", "augment"): {1: 0.1019, 50: 0.121},
}


class Counted(LogisticRegression):  # type: ignore[misc]  # no stubs
    """Logistic regression that reads rows that recur once, weighted by their number.

    The sum that it minimises is the same. All fits of ``augment`` have the rows of the first.
    """

    def fit(self, X: Array, y: Array) -> "Counted":
        """Fit distinct rows with their counts."""
        rows, counts = np.unique(np.column_stack([X, y]), axis=0, return_counts=True)
        fitted: Counted = super().fit(rows[:, :-1], rows[:, -1].astype(y.dtype), counts)
        return fitted


def data(name: str) -> tuple[Array, Array]:
    """Rows and classes as the authors have them."""
    if name == "diabetes":
        bunch = load_diabetes()
        return bunch.data, (bunch.target > 100).astype(int)
    bunch = load_breast_cancer()
    return bunch.data, bunch.target


def losses(name: str, regime: str, seeds: int = SEEDS, fits: int = max(FITS)) -> Array:
    """Test log loss of each fit, (seeds, fits)."""
    X, y = data(name)
    X_train, X_test, y_train, y_test = train_test_split(X, y, **SPLIT)
    study = mc.collapse(
        X_train,
        y_train,
        X_test=X_test,
        y_test=y_test,
        model=Counted(C=np.inf, max_iter=10_000),
        rates=[1],
        regime=REGIMES[regime],
        labelling="sample",
        same_rows=True,
        sizes=[len(X_train) * number for number in range(1, fits + 1)],
        repetitions=seeds,
        progress=False,
        jobs=-1,
    )
    by_fit = study.generations.pivot(index="replicate", columns="generation", values="log_loss")
    table: Array = by_fit.to_numpy()
    return table


def rows(cases: Sequence[tuple[str, str]] = tuple(PUBLISHED)) -> Iterator[list[str]]:
    """Cells of the table: data, way, fit, published, median with 5% and 95% over seeds."""
    for name, way in cases:
        lost = losses(name, way)
        for fit in FITS:
            low, middle, high = np.quantile(lost[:, fit - 1], [0.05, 0.5, 0.95])
            published = PUBLISHED[name, way].get(fit)
            shown = "" if published is None else f"{published:g}"
            yield [name, way, str(fit), shown, f"{middle:.3f} [{low:.3f}, {high:.3f}]"]


def parse_arguments() -> list[tuple[str, str]]:
    """Parts of the table to compute."""
    parts = {"/".join(case): case for case in PUBLISHED}
    parser = argparse.ArgumentParser(description="Dey and Donoho's tables again.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{', '.join(parts)}; none: all")
    asked = parser.parse_args().parts
    if unknown := [name for name in asked if name not in parts]:
        parser.error(f"part={unknown[0]} is unknown; choose from {', '.join(parts)}")
    return [parts[name] for name in asked or parts]


def main() -> None:
    """Print the table."""
    cases = parse_arguments()
    print(f"| data | labels | fit | published | ours, {SEEDS} seeds: median [5%, 95%] |")
    print("|---|---|---|---|---|")
    for cells in rows(cases):
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
