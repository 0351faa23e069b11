"""Laws of names: one grammar, no secrets, and nothing that MLflow refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mlflow.utils.validation import _validate_logged_model_name

from mc.engine import names


@given(
    st.text(max_size=40),
    st.dictionaries(
        st.text(max_size=8), st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
    ),
)
def test_mlflow_takes_the_name_of_every_model(stage, place):
    _validate_logged_model_name(names.model_title(stage, names.job_title(place)))


def test_a_run_says_its_classifiers_growth_and_corpus():
    settings = {"backends": ("logistic", "lightgbm"), "data": "https://a.org/b/reviews.csv?x=1"}
    assert names.run_title("compare_backends", settings).startswith(
        "compare_backends · logistic, lightgbm · reviews.csv"
    )
    two = {"initial_size": (1_000, 50_000), "final_size": (10_000, 80_000), "backend": "logistic"}
    assert names.run_title("collapse_rates", two) == ("collapse_rates · logistic · 1k→10k, 50k→80k")
    assert names.run_title("validate", {}) == "validate"


@pytest.mark.parametrize(
    ("rate", "text"),
    [(0.0, "0.00"), (1.0, "1.00"), (0.3, "0.30"), (0.005, "0.005"), (1e-5, "1e-05")],
)
def test_rates_sort_as_their_names_do(rate, text):
    assert names.job_title({"rate": rate}) == f"rate {text}"


def test_studies_that_differ_end_differently():
    first, other = (names.study_title("s", {"seed": 0}, digest) for digest in ("ab12", "cd34"))
    assert first.endswith("#ab12")
    assert first != other
