"""Every parameter of every stage has a message for a wrong value, and a wrong one leaves no run."""

import os
from contextlib import chdir
from unittest.mock import patch

import pytest
from laboratory import Laboratory

from mc.engine import project
from mc.errors import McError, ParameterError
from mc.settings import declared

Wrong = tuple[dict[str, str], int, str]  # parameters, exit code, message

COMMON: list[Wrong] = [
    ({"register": "a/b"}, 2, "register='a/b' must be a name without"),
    ({"register": "r", "log_models": "none"}, 2, "register='r' needs models, and log_models=none"),
    ({"rates": "0,1.2"}, 2, "rates=1.2 must lie in [0, 1]"),
    ({"rates": "0,0"}, 2, "rates=0,0 names a value twice"),
    ({"initial_size": "1"}, 2, "initial_size=1 must be at least 2"),
    ({"increment": "0"}, 2, "increment=0 must be at least 1"),
    ({"final_size": "520"}, 2, "use final_size=500 or 550"),
    ({"final_size": "200"}, 2, "final_size=200 must be at least initial_size=300"),
    ({"final_size": "700"}, 1, "800 usable rows, but final_size=700 and test_size=200 need 900"),
    ({"sizes": "0,100"}, 2, "sizes=0 must be at least 2"),
    ({"sizes": "900"}, 1, "sizes=900 and more do not fit into a pool of 600 reviews"),
    ({"data": "nowhere.csv"}, 1, "nowhere.csv"),
    ({"data": "simulatd"}, 1, "data='simulatd' is neither a file here nor one of"),
    ({"data": "s3://bucket/reviews.csv"}, 1, "needs s3fs, which is not installed: `uv add s3fs`"),
    ({"data_params": "balanced=true"}, 2, "did you mean 'balance'?"),
    ({"backend": "lgbm"}, 2, "choose from lightgbm, logistic, random_forest"),
    ({"backend_params": "c=1"}, 2, "backend_params='c' is unknown; choose from C, max_iter, tol"),
    ({"backend_params": "C=0"}, 2, "backend_params: C=0.0 must lie in"),
    ({"backend": "nowhere:Model"}, 2, "backend=nowhere:Model: No module named 'nowhere'; install"),
    ({"representation": "embeding"}, 2, "did you mean 'embedding'?"),
    ({"representation": "table"}, 2, "representation=table does not fit data='reviews.csv', which"),
    ({"representation": "raw"}, 2, "representation=raw does not fit"),
    ({"allow_pickle": "perhaps"}, 2, "allow_pickle='perhaps' must be true or false"),
    ({"regime": "acumulate"}, 2, "did you mean 'accumulate'?"),
    ({"vocabulary": "all"}, 2, "vocabulary='all' is unknown; choose from"),
    ({"labelling": "soft"}, 2, "labelling='soft' is unknown; choose from argmax, prior, sample"),
    ({"repetitions": "0"}, 2, "repetitions=0 must lie in [1, 10000]"),
    ({"repetitions": "2.5"}, 2, "repetitions='2.5' must be a whole number"),
    ({"precision": "-1"}, 2, "precision=-1.0 must lie in [0, 1]"),
    ({"max_repetitions": "0"}, 2, "max_repetitions=0 must lie in [1, 10000]"),
    ({"max_repetitions": "1", "precision": "0.1"}, 2, "max_repetitions=1 must be at least rep"),
    ({"test_size": "1"}, 2, "test_size=1 must be at least 2"),
    ({"test_size": "many"}, 2, "test_size='many' must be a whole number"),
    ({"seed": "-1"}, 2, "seed=-1 must lie in [0, 4294967295]"),
    ({"jobs": "-2"}, 2, "jobs=-2 must lie in [-1, 1024]"),
    ({"log_models": "some"}, 2, "log_models='some' is unknown; choose from"),
    ({"storage": "nonsense"}, 1, "storage='nonsense' cannot be used"),
    ({"fresh": "perhaps"}, 2, "fresh='perhaps' must be true or false"),
    ({"preset": "sead"}, 2, "did you mean 'seed'?"),
]
OWN: dict[str, list[Wrong]] = {
    "compare_backends": [
        ({"backends": "logistic,lgbm"}, 2, "backends='lgbm' is unknown; choose from"),
        ({"regimes": "acumulate"}, 2, "did you mean 'accumulate'?"),
        ({"labellings": "soft"}, 2, "labellings='soft' is unknown; choose from argmax, prior"),
    ],
    "evolution": [
        ({"survivors": "5"}, 2, "survivors=5 must be at most population=4"),
        ({"population": "0"}, 2, "population=0 must lie in [1, 10000]"),
        ({"children": "0"}, 2, "children=0 must lie in [1, 10000]"),
        ({"max_generations": "0"}, 2, "max_generations=0 must lie in [1, 1000]"),
        ({"patience": "0"}, 2, "patience=0 must be at least 1"),
        ({"rate": "1.5"}, 2, "rate=1.5 must lie in [0, 1]"),
        ({"rate_sd": "-0.1"}, 2, "rate_sd=-0.1 must lie in [0, 1]"),
        ({"refits": "0"}, 2, "refits=0 must lie in [1, 1000]"),
        ({"train_size": "451"}, 1, "800 usable rows, but train_size=451, validation_size=150 and"),
        ({"validation_size": "1"}, 2, "validation_size=1 must be at least 2"),
        ({"backend_params": "C=1000"}, 2, "C=1000.0 lies outside the range that can be varied"),
    ],
    "model_search": [
        ({"trials": "0"}, 2, "trials=0 must lie in [1, 10000]"),
        ({"folds": "1"}, 2, "folds=1 must lie in [2, 100]"),
        ({"folds": "90"}, 1, "reviews of one class, too few for folds=90"),
        ({"refits": "0"}, 2, "refits=0 must lie in [1, 1000]"),
        ({"train_size": "601"}, 1, "800 usable rows, but train_size=601 and test_size=200 need"),
        ({"backend_params": "C=1000"}, 2, "C=1000.0 lies outside the range that can be varied"),
    ],
    "distributions": [
        ({"systems": "gausian"}, 2, "did you mean 'gaussian'?"),
        ({"regimes": "acumulate"}, 2, "did you mean 'accumulate'?"),
        ({"sample_sizes": "11"}, 2, "sample_sizes=11 must lie in [12, 100000]"),
        ({"generations": "0"}, 2, "generations=0 must lie in [1, 10000]"),
        ({"chains": "1"}, 2, "chains=1 must lie in [2, 100000]"),
    ],
    "validate": [
        ({"laws": "gaussian_replaces"}, 2, "did you mean 'gaussian_replace'?"),
        ({"chains": "1"}, 2, "chains=1 must lie in [2, 10000000]"),
        ({"tolerance": "0"}, 2, "tolerance=0.0 must lie in [0.01, 100]"),
    ],
    "whole_study": [({"stages": "collapse_rate"}, 2, "did you mean 'collapse_rates'?")],
    "report": [
        ({"runs": "nonsense"}, 1, "run 'nonsense' is not in"),
        ({"stage": "nothing"}, 2, "stage='nothing' is unknown; choose from"),
        ({"stage": "low_rates"}, 1, "no finished low_rates run in"),
        ({"margin": "0"}, 2, "margin=0.0 must lie in [1e-06, 1]"),
    ],
}
OWN["text_collapse"] = [
    ({"regimes": "acumulate"}, 2, "did you mean 'accumulate'?"),
    ({"reviews": "1"}, 2, "reviews=1 must be at least 2"),
    ({"reviews": "400"}, 1, "800 usable rows, but reviews=400 of each of 11 generations and"),
    ({"generations": "0"}, 2, "generations=0 must lie in [1, 1000]"),
    ({"generator": "ngrams"}, 2, "did you mean 'ngram'?"),
    ({"generator_params": "order=9"}, 2, "order=9 must lie in [1, 8]"),
    ({"temperature": "0"}, 2, "temperature=0.0 must lie in [0.05, 20]"),
    ({"decoding": "top_k"}, 2, "decoding='top_k' is not understood; use sample, greedy, top_k:50"),
    ({"decoding": "nucleus:2"}, 2, "decoding='nucleus:2': 2 must lie in (0, 1]"),
    ({"repetition_penalty": "2"}, 2, "repetition_penalty=2 works with generator=transformer alone"),
    ({"prompt": "101"}, 2, "prompt=101 must lie in [0, 100]"),
    ({"longest": "-1"}, 2, "longest=-1 must lie in [0, 1000]"),
    ({"cure": "edit:2"}, 2, "cure=edit:2: threshold=2.0 must lie in [0, 1]"),
    ({"cure": "goldn"}, 2, "did you mean 'golden'?"),
    ({"cure": "fresh,fresh:0.1"}, 2, "cure=fresh:0.1 names fresh:0.1 twice; leave one out"),
    ({"false_alarms": "0.9"}, 2, "false_alarms=0.9 must lie in [0.001, 0.5]"),
    ({"measures": "all"}, 2, "measures='all' is unknown; choose from basic, standard"),
    ({"embedding": "lsi"}, 2, "embedding='lsi' is unknown; choose from lsa, wordllama; did"),
]
OWN["recommender"] = [
    ({"epsilons": "0,1.5"}, 2, "epsilons=1.5 must lie in [0, 1]"),
    ({"decay": "1.1"}, 2, "decay=1.1 must lie in [0, 1]"),
    ({"regimes": "acumulate"}, 2, "did you mean 'accumulate'?"),
    ({"generations": "0"}, 2, "generations=0 must lie in [1, 10000]"),
    ({"users": "19"}, 2, "users=19 must lie in [20, 1000000]"),
    ({"users": "100000", "items": "1000"}, 2, "are 100,000,000 cells, more than 10,000,000"),
    ({"items": "nine"}, 2, "items='nine' must be a whole number"),
    ({"list_length": "30", "items": "30"}, 2, "list_length=30 must be below the 30 items"),
    ({"rounds": "0"}, 2, "rounds=0 must lie in [1, 1000]"),
    ({"factors": "0"}, 2, "factors=0 must lie in [1, 200]"),
    ({"popularity": "2"}, 2, "popularity=2.0 must lie in [0, 1]"),
    ({"position_bias": "-1"}, 2, "position_bias=-1.0 must lie in [0, 5]"),
    ({"ratings": "nowhere.csv"}, 1, "ratings='nowhere.csv' is no file; give the path of a csv"),
    ({"ratings": "reviews.csv"}, 1, "has no column for user that is known by its name; its col"),
    ({"ratings": "reviews.csv", "user_column": "txt"}, 2, "did you mean 'text'?"),
    ({"ratings": "reviews.csv", "item_column": "movie"}, 2, "item_column='movie' is unknown"),
    ({"ratings": "reviews.csv", "rating_column": "star"}, 2, "rating_column='star' is unknown"),
]
OWN["audit"] = [
    ({"suspect": "nowhere.csv"}, 1, "nowhere.csv"),
    ({"suspect": "simulatd"}, 1, "suspect='simulatd' is neither a file here nor one of"),
    ({"suspect": "reviews.csv"}, 1, "all 800 reviews of the human corpus are in the suspect"),
    ({"suspect": "reviews.csv", "suspect_params": "balanced=1"}, 2, "did you mean 'balance'?"),
    ({"known": "reviews.csv"}, 2, "known='reviews.csv' needs a suspect=... whose share is to be"),
    ({"polluted": "1.1"}, 2, "polluted=1.1 must lie in [0, 1]"),
    ({"machine": "text"}, 2, "did you mean 'texts'?"),
    ({"sample_size": "99"}, 2, "sample_size=99 must lie in [100, 10000000]"),
    ({"detect": "0.1"}, 2, "sample_size=300 is too small: to see detect=0.1 of labels given by a"),
    ({"detect": "0.3", "sample_size": "9000"}, 1, "reviews.csv' has 800 usable rows, but to see"),
    ({"detect": "0"}, 2, "detect=0.0 must lie in [0.001, 1]"),
    ({"shares": "0.1,2"}, 2, "shares=2.0 must lie in [0, 1]"),
    ({"confidence": "1"}, 2, "confidence=1.0 must lie in [0.5, 0.9999]"),
    ({"confidence": "0.99"}, 2, "permutations=199 cannot give a p-value as small as confidence"),
    ({"power": "1"}, 2, "power=1.0 must lie in [0.05, 0.999]"),
    ({"permutations": "18"}, 2, "permutations=18 must lie in [19, 1000000]"),
    ({"labeller": "forest"}, 2, "labeller='forest' is unknown; choose from lightgbm, logistic, ra"),
    ({"labeller_rows": "19"}, 2, "labeller_rows=19 must lie in [20, 1000000]"),
    ({"writer_rows": "many"}, 2, "writer_rows='many' must be a whole number"),
]
OWN["monitor"] = [
    ({"final_size": "300"}, 2, "final_size=300 leaves generation 0 alone"),
    ({"window": "9"}, 2, "window=9 must be at least 10"),
    ({"window": "200"}, 1, "window=200 of each of 5 generations need 1700; ask for smaller"),
    ({"reference_windows": "1"}, 2, "reference_windows=1 must be at least 2"),
    ({"reference_windows": "9", "log": "reviews.csv", "probability_column": "label"}, 1, "10 are"),
    ({"false_alarms": "0"}, 2, "false_alarms=0.0 must lie in [0.001, 0.5]"),
    ({"signals": "prediction_entropi"}, 2, "did you mean 'prediction_entropy'?"),
    ({"signals": "entropy,prediction_entropy"}, 2, "names a value twice"),
    ({"allowance": "-1"}, 2, "allowance=-1.0 must lie in [0, 10]"),
    (
        {"calibration": "20"},
        2,
        "calibration=20 lineages cannot promise false_alarms=0.05, for which",
    ),
    ({"log": "nowhere.csv"}, 1, "log='nowhere.csv' is no file; give the path of a csv"),
    ({"log": "reviews.csv"}, 1, "has no column for probability or prediction that is known by"),
    *(
        ({"log": "reviews.csv", f"{role}_column": "labl"}, 2, f"{role}_column='labl' is unknown")
        for role in (
            *("window", "time", "probability", "prediction"),
            *("reference", "label", "slice", "text"),
        )
    ),
]
OWN["mitigation"] = [
    ({"strategies": "none,accumulat"}, 2, "did you mean 'accumulate'?"),
    ({"strategies": "fresh_labels:share=2"}, 2, "share=2.0 must lie in [0, 1]"),
    (
        {"strategies": "active,active:share=0.1"},
        2,
        "active:share=0.1 names active twice",
    ),
    ({"trials": "-1"}, 2, "trials=-1 must lie in [0, 10000]"),
    ({"rate": "0"}, 2, "rate=0.0 must lie in [0.01, 1]"),
    ({"final_size": "300"}, 2, "final_size=300 leaves generation 0 alone"),
]
OWN["rare_classes"] = [
    ({"data_params": "balance=false"}, 1, "has 2 classes, and rare_classes needs 3 to 50"),
    ({"rates": "0.3,1"}, 2, "rates=0.3,1 must hold 0, which losses are measured from, and a rate"),
    ({"imbalance": "-1"}, 2, "imbalance=-1.0 must lie in [0, 10000]"),
    ({"labellings": "soft"}, 2, "labellings='soft' is unknown; choose from argmax, prior"),
    ({"regimes": "acumulate"}, 2, "did you mean 'accumulate'?"),
    ({"strategies": "fresh"}, 2, "strategies='fresh' is unknown; choose from"),
]
OWN["tolerance"] = [
    ({"backends": "logistic,lgbm"}, 2, "backends='lgbm' is unknown; choose from"),
    ({"backends": "lightgbm:quick"}, 2, "backends=lightgbm='quick' is unknown; choose from"),
    ({"sizes": "3", "margin": "0.1"}, 2, "sizes=3 is too small for initial_share=0.5 and gener"),
    ({"initial_share": "1"}, 2, "initial_share=1.0 must lie in [0.001, 0.999]"),
    ({"generations": "0"}, 2, "generations=0 must lie in [1, 1000]"),
    ({"margin": "0"}, 2, "margin=0.0 must lie in [1e-06, 1]"),
    ({"margin": "0.001", "sizes": "500"}, 2, "margin=0.001 cannot be resolved by test_size=200"),
    ({"confidence": "1"}, 2, "confidence=1.0 must lie in [0.5, 0.999999]"),
    ({"width": "0"}, 2, "width=0.0 must lie in [0.002, 1]"),
    ({"budget": "9"}, 2, "budget=9 is less than the 25 lineages of the first look"),
    ({"first_rates": "0,1"}, 2, "first_rates=0.0 must lie in [0.001, 1]"),
    ({"first_repetitions": "2"}, 2, "first_repetitions=2 must lie in [3, 10000]"),
    ({"controls": "perhaps"}, 2, "controls='perhaps' must be true or false"),
    ({"grid": "-1"}, 2, "grid=-1 must lie in [0, 1000]"),
]
OWN["worker"] = [
    ({"study": "none-such"}, 1, "study='none-such' is not in storage='sqlite:///optuna.db', where"),
    ({"wait": "-1"}, 2, "wait=-1 must be at least 0"),
]
OWN["text_collapse"] = [
    *OWN["text_collapse"],
    ({"data_params": "target=three"}, 1, "has 3 classes, and this experiment needs two; use co"),
    ({"preset": "neurall"}, 2, "did you mean 'neural'?"),
]
OWN["monitor"] = [
    *OWN["monitor"],
    (
        {"signals": "confidence,largest_share", "window": "10", "final_size": "350"},
        2,
        "signals=largest_share is not measured on texts of 2 classes; choose from positive_share",
    ),
]
OTHERS = {"text_collapse": {"preset"}}  # settings with other choices than those of the same name
FOUND_LATER = {
    "whole_study": {"storage"},
    "worker": {"data", "data_params"},
}  # with a stage at work
GIVEN = {"tolerance": {"sizes": "300", "margin": "0.1"}}  # what its defaults ask too much of
STAGES = project.stages()
CASES = [
    (stage, wrong)
    for stage, module in STAGES.items()
    for wrong in [*COMMON, *OWN.get(stage, [])]
    if set(wrong[0]) <= {*declared(module.Settings)}
    and not (wrong in COMMON and OTHERS.get(stage, set()) & set(wrong[0]))
    and not FOUND_LATER.get(stage, set()) & set(wrong[0])
]


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory) -> Laboratory:
    built = Laboratory.build(tmp_path_factory.mktemp("reviews"))
    (built.folder / "mlflow.db").unlink()
    return built


def assert_no_run(laboratory: Laboratory) -> None:
    assert not (laboratory.folder / "mlflow.db").exists() or not laboratory.stage_runs


@pytest.mark.parametrize(("stage", "wrong"), CASES, ids=lambda part: str(part)[:60])
def test_a_wrong_parameter_is_named_and_leaves_no_run(laboratory, stage, wrong):
    parameters, code, message = wrong
    texts = laboratory.given(stage, **{**GIVEN.get(stage, {}), **parameters})
    module = STAGES[stage]
    with (
        chdir(laboratory.folder),
        patch.dict(os.environ, laboratory.environment, clear=True),
        pytest.raises(McError) as refused,
    ):
        module.run(module.Settings.read(texts))
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert code == (2 if isinstance(refused.value, ParameterError) else 1)
    assert_no_run(laboratory)


ONCE = [
    ({"rate_": "0.5"}, 2, "No such option '--rate_'"),
    ({"seed": "-1"}, 2, "seed=-1 must lie in [0, 4294967295]"),
    ({"data": "nowhere.csv"}, 1, "nowhere.csv"),
    ({"storage": "nonsense"}, 1, "storage='nonsense' cannot be used"),
]


@pytest.mark.parametrize("stage", STAGES)
def test_a_wrong_command_ends_in_one_line_with_its_exit_code(laboratory, stage):
    known = {*declared(STAGES[stage].Settings), "rate_"} - FOUND_LATER.get(stage, set())
    for parameters, code, message in [each for each in ONCE if set(each[0]) <= known]:
        _, err = laboratory.run(stage, expect=code, **{**GIVEN.get(stage, {}), **parameters})
        assert message in err
        assert err.startswith("error: ")
        assert err.count("\n") == 1
    assert_no_run(laboratory)


@pytest.mark.parametrize("stage", STAGES)
def test_every_parameter_has_a_wrong_value_in_the_table(stage):
    tried = {name for case, wrong in CASES if case == stage for name in wrong[0]}
    missing = set(declared(STAGES[stage].Settings)) - tried
    assert missing - FOUND_LATER.get(stage, set()) == set()
