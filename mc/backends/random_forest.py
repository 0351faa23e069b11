"""The original study's classifier: a shallow random forest on word counts."""

from typing import Any

from scipy.sparse import csr_matrix
from sklearn.ensemble import RandomForestClassifier

from mc.features import Representation
from mc.params import Param
from mc.types import Classifier, Labels

representation = Representation("counts")
parameters = {
    "n_estimators": Param(100, "trees", low=1, high=10_000),
    "max_depth": Param(20, "depth of a tree at most", low=1, high=1000),
    "min_samples_split": Param(2, "reviews that a node needs to be split", low=2),
    "min_samples_leaf": Param(1, "reviews in a leaf at least", low=1),
    "max_features": Param("sqrt", "terms tried at a split", choices=("log2", "sqrt")),
    "bootstrap": Param(False, "whether each tree sees a resample of the rows"),
}
presets: dict[str, dict[str, Any]] = {"seed": {"n_estimators": 1000}}
trusted_types = ("sklearn.tree._tree.Tree",)


def fit(
    X: csr_matrix,
    y: Labels,
    *,
    seed: int,
    previous: Classifier | None = None,
    **settings: Any,
) -> Classifier:
    """Fit all trees on one thread; the workers share the machine's cores."""
    model = RandomForestClassifier(**settings, random_state=seed, n_jobs=1)
    return model.fit(X, y)  # type: ignore[no-any-return]
