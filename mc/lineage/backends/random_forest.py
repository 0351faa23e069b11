"""The original study's classifier: a shallow random forest on word counts."""

from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.sparse import issparse
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree._tree import TREE_LEAF, Tree

from mc.data.vectoriser import Representation
from mc.lineage.space import Choice, Range
from mc.settings import OneOf, Presets, Settings
from mc.types import Classifier, Labels, Matrix

representation = Representation("counts")


class Parameters(Settings):
    """Settings of the backend."""

    presets: ClassVar[Presets] = {"seed": {"n_estimators": 1000}}

    n_estimators: int = Field(100, ge=1, le=10_000, description="trees")
    max_depth: int = Field(20, ge=1, le=1000, description="depth of a tree at most")
    min_samples_split: int = Field(2, ge=2, description="reviews that a node needs to be split")
    min_samples_leaf: int = Field(1, ge=1, description="reviews in a leaf at least")
    max_features: Annotated[str, OneOf(("log2", "sqrt"))] = Field(
        "sqrt", description="terms tried at a split"
    )
    bootstrap: bool = Field(False, description="whether each tree sees a resample of the rows")


space = {
    "n_estimators": Range(10, 1000, log=True),
    "max_depth": Range(2, 100, log=True),
    "min_samples_split": Range(2, 100, log=True),
    "min_samples_leaf": Range(1, 50, log=True),
    "max_features": Choice(("log2", "sqrt")),
    "bootstrap": Choice((False, True)),
}
stronger = {"min_samples_leaf": 1.0}
# A node with both labels of one review cannot be split, which costs a search through all terms.
least_with_pairs = {"min_samples_split": 3}
trusted_types = ("sklearn.tree._tree.Tree",)


def fit(
    X: Matrix,
    y: Labels,
    *,
    seed: int,
    previous: Classifier | None = None,
    weights: NDArray[np.floating] | None = None,
    max_features: str,
    **settings: object,
) -> Classifier:
    """Fit all trees on one thread, since the workers share the machine's cores.

    Drops terms that no training review contains: they cannot split a node, but scikit-learn sorts
    the node's reviews for each of them (a fit takes 1.8 to 3 times as long). The number of terms
    tried at a split is reduced in proportion.
    """
    if not issparse(X):
        model = RandomForestClassifier(
            **settings, max_features=max_features, random_state=seed, n_jobs=1
        )
        return model.fit(X, y, sample_weight=weights)  # type: ignore[no-any-return]
    columns = X.tocsc()
    holders = np.diff(columns.indptr)  # (d,) reviews with the term
    present = np.flatnonzero(holders) if holders.any() else np.array([0])  # (p,) columns
    all_tried = {"sqrt": np.sqrt, "log2": np.log2}[max_features](X.shape[1])
    tried = max(1, round(int(all_tried) * len(present) / X.shape[1]))
    model = RandomForestClassifier(**settings, max_features=tried, random_state=seed, n_jobs=1)
    model.fit(columns[:, present], y, sample_weight=weights)
    for estimator in model.estimators_:
        estimator.tree_ = _renumbered(estimator.tree_, present, X.shape[1])
    for estimator in (model, *model.estimators_):
        estimator.n_features_in_ = X.shape[1]
        estimator.max_features = max_features
    return model  # type: ignore[no-any-return]


def _renumbered(tree: Tree, columns: NDArray[np.intp], n_columns: int) -> Tree:
    """A tree that was grown on some ``columns`` of a matrix, for the whole matrix."""
    state = tree.__getstate__()
    nodes = state["nodes"].copy()
    inner = nodes["left_child"] != TREE_LEAF
    nodes["feature"][inner] = columns[nodes["feature"][inner]]
    wider = Tree(n_columns, tree.n_classes, tree.n_outputs)
    wider.__setstate__({**state, "nodes": nodes})
    return wider
