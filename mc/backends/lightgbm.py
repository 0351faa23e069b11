"""Gradient-boosted trees (LightGBM) on the tf-idf of the most widespread terms."""

from typing import Any

import lightgbm
from scipy.sparse import csr_matrix

from mc.features import Representation
from mc.params import Param
from mc.types import Classifier, Labels

representation = Representation("tfidf", max_terms=2000)
parameters = {
    "n_estimators": Param(100, "boosting rounds", low=1, high=10_000),
    "learning_rate": Param(0.1, "shrinkage of each round", low=1e-4, high=1.0),
    "num_leaves": Param(31, "leaves of a tree at most", low=2, high=4096),
    "min_child_samples": Param(20, "reviews in a leaf at least", low=1),
    "max_bin": Param(15, "bins of a term's weight: few suffice, most weights are zero", 2, 255),
}
presets: dict[str, dict[str, Any]] = {}
trusted_types = (
    "collections.OrderedDict",
    "collections.defaultdict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
)


def fit(
    X: csr_matrix,
    y: Labels,
    *,
    seed: int,
    previous: Classifier | None = None,
    **settings: Any,
) -> Classifier:
    """Fit on one thread in a fixed order of sums, so that the same data give the same trees."""
    model = lightgbm.LGBMClassifier(
        **settings,
        random_state=seed,
        deterministic=True,
        force_row_wise=True,
        n_jobs=1,
        verbosity=-1,
    )
    return model.fit(X, y)
