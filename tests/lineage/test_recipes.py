"""Laws of lineages against whose collapse something is done."""

import itertools
from dataclasses import replace

import pytest
import skops.io
from sklearn.naive_bayes import MultinomialNB
from test_lineage import BACKENDS, REGIMES, SIZES, condition, numbers, run

from mc import plugins
from mc.errors import ParameterError
from mc.lineage import backends
from mc.lineage.loop import Condition, State, lineage
from mc.lineage.metrics import DESCRIPTIONS, LABEL_COUNTS
from mc.lineage.recipe import check, parse, written
from mc.lineage.training_set import Ledger
from mc.plugins import LABELLINGS

STRATEGIES = plugins.names("strategies")


def mitigated(strategy: str, backend="logistic", **changes) -> Condition:
    return replace(condition(backend, **changes), strategy=strategy)


def generations(features, wanted: Condition, replicate: int = 0, **more):
    return lineage(features, wanted, replicate, count_labels=True, **more)


def bred(features, wanted: Condition, replicate: int = 0, **more) -> list[dict[str, float]]:
    series = [dict(each.metrics) for each in generations(features, wanted, replicate, **more)]
    for each in series:
        del each["label_seconds"]
    return numbers(series)


def told(series: list[dict[str, float]]) -> list[dict[str, float]]:
    """What plain lineages tell, too."""
    return [{name: each[name] for name in DESCRIPTIONS if name in each} for each in series]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("regime", REGIMES)
def test_doing_nothing_gives_the_numbers_of_a_plain_lineage(features, backend, regime):
    for rate, labelling in zip((0.0, 0.5, 1.0), LABELLINGS, strict=True):
        wanted = {"backend": backend, "regime": regime, "rate": rate, "labelling": labelling}
        plain = numbers(run(features, condition(**wanted)))
        assert told(bred(features, mitigated("none", **wanted))) == plain


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_same_seed_gives_the_same_numbers(features, strategy):
    wanted = mitigated(strategy, rate=0.5)
    first = bred(features, wanted)
    assert first == bred(features, wanted)
    timed = {"fit_seconds", "score_seconds", "label_seconds"}
    assert [{*each, *timed} for each in first] == [{*DESCRIPTIONS, *LABEL_COUNTS}] * 4


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_generation_zero_is_the_same_whatever_is_done_later(features, strategy):
    zero = [bred(features, mitigated(each, rate=1.0))[0] for each in ("none", strategy)]
    assert zero[0] == zero[1]


def test_accumulating_is_the_regime_of_that_name(features):
    helped = bred(features, mitigated("accumulate", regime="replace", rate=1.0))
    assert helped == bred(features, mitigated("none", regime="accumulate", rate=1.0))


def test_when_people_label_all_that_the_model_would_the_rate_is_zero(features):
    helped = bred(features, mitigated("fresh_labels:share=1", rate=0.7))
    assert helped == bred(features, mitigated("none", rate=0.0))


def test_the_class_share_correction_is_the_labelling_of_that_name(features):
    for rate in (0.4, 1.0):
        helped = bred(features, mitigated("prior", rate=rate))
        assert helped == bred(features, mitigated("none", rate=rate, labelling="prior"))


ASKING = ("soft_labels+active+restart", "ensemble:generations=2", "soft_labels:generations=3")
MORE_STEPS = (100, 140, 180, 240, 320, 380)


def read_again(state: State) -> State:
    """A state as a checkpoint keeps and reads it."""
    trusted = [f"{each.__module__}.{each.__name__}" for each in (State, Ledger)]
    for backend in BACKENDS:
        trusted += backends.find(backend).trusted_types
    return skops.io.loads(skops.io.dumps(state), trusted=trusted)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("strategy", [*STRATEGIES, *ASKING, "accumulate+decay"])
def test_resumed_from_a_checkpoint_of_any_step_it_gives_the_same_numbers(
    features, strategy, backend
):
    wanted = mitigated(strategy, backend, regime="replace", rate=0.8)
    whole, numbers_of_whole = list(generations(features, wanted)), bred(features, wanted)
    for step, generation in enumerate(whole[:-1]):
        rest = bred(features, wanted, after=read_again(generation.state))
        assert rest == numbers_of_whole[step + 1 :]


@pytest.mark.parametrize("strategy", [*STRATEGIES, *ASKING])
def test_of_earlier_classifiers_only_those_are_kept_that_can_be_asked_again(features, strategy):
    wanted = mitigated(strategy, regime="replace", rate=0.8, sizes=MORE_STEPS)
    states = [each.state for each in generations(features, wanted)]  # none is missing
    expected = {
        "ensemble": [3, 4, 5],
        "ensemble:generations=2": [4, 5],
        "soft_labels:generations=3": [3, 4, 5],
        "restart": [0, 1, 5],
        "soft_labels+active+restart": [0, 1, 5],
    }
    assert list(states[-1].classifiers) == expected.get(strategy, [5])
    assert list(states[0].classifiers) == [0]


def test_a_strategy_that_asks_what_it_does_not_keep_is_named_the_remedy(features, monkeypatch):
    monkeypatch.delattr("mc.lineage.strategies.restart.keeps")
    with pytest.raises(LookupError, match=r"generation 0 is not kept.*`keeps`"):
        bred(features, mitigated("restart", rate=1.0))


def take_weights_away(monkeypatch) -> None:
    """Give ``logistic`` a ``fit`` as in the README's example, which knows no weights."""

    def fit(X, y, *, seed, previous=None, C=1.0, tol=1e-5, max_iter=200):
        return MultinomialNB(alpha=C).fit(X, y)

    monkeypatch.setattr(backends.find("logistic"), "fit", fit)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_needs_weights_is_refused_before_the_first_generation(features, monkeypatch, strategy):
    take_weights_away(monkeypatch)
    wanted = mitigated(strategy, rate=0.8)
    if strategy in ("decay", "soft_labels"):
        message = f"strategies={strategy} weighs rows, but backend='logistic' takes no weights"
        with pytest.raises(ParameterError, match=message):
            check(parse(strategy), "logistic")
        with pytest.raises(ParameterError, match=message):
            next(generations(features, wanted))
    else:
        assert len(bred(features, wanted)) == len(SIZES)


def test_a_strategy_that_weighs_rows_without_saying_so_is_named(features, monkeypatch):
    take_weights_away(monkeypatch)
    monkeypatch.delattr("mc.lineage.strategies.decay.needs_weights")
    with pytest.raises(ParameterError, match="strategies=decay weighs rows"):
        bred(features, mitigated("decay", rate=0.8))


def test_strategies_are_read_by_their_earlier_names():
    for earlier, name in {"absent": "drop_synthetic", "flips": "noise_control"}.items():
        assert parse(f"{earlier}+accumulate") == parse(f"{name}+accumulate")
        assert written(parse(earlier)) == name


def test_a_recipe_is_written_as_it_can_be_read_again():
    for given, shortest in {
        "fresh_labels:share=0.10": "fresh_labels",
        " accumulate + decay:factor=0.3": "accumulate+decay:factor=0.3",
    }.items():
        assert written(parse(given)) == shortest
        assert parse(shortest) == parse(given)


@pytest.mark.parametrize("rate", [0.3, 1.0])
def test_without_machine_labels_only_those_of_people_are_trained_on(features, rate):
    dropped = bred(features, mitigated("drop_synthetic", rate=rate))
    plain = bred(features, mitigated("none", rate=rate))
    for without, with_them in zip(dropped, plain, strict=True):
        assert without["label_error"] == without["synthetic_share"] == 0
        assert without["train_size"] == without["human_labels"] == with_them["human_labels"]


def test_the_noise_control_makes_as_many_errors_as_the_model(features):
    plain, noisy = (bred(features, mitigated(each, rate=0.8)) for each in ("none", "noise_control"))
    assert noisy[1]["label_error"] == plain[1]["label_error"] > 0
    assert noisy[1]["human_labels"] == plain[1]["human_labels"]
    assert noisy[1]["log_loss"] != plain[1]["log_loss"]


def test_people_are_paid_for_each_label_that_they_give(features):
    spent = [
        [each["human_labels"] for each in bred(features, mitigated(recipe, rate=1.0))]
        for recipe in ("none", "fresh_labels:share=0.2", "fresh_labels:share=0.6")
    ]
    assert spent[0] == [200] * 4
    assert all(
        0 < few - 200 < many - 200 for few, many in zip(spent[1][1:], spent[2][1:], strict=True)
    )


def test_strategies_are_applied_in_the_order_of_the_recipe(features):
    orders = [
        "+".join(each)
        for each in itertools.permutations(["fresh_labels:share=0.5", "drop_synthetic"])
    ]
    sizes = [bred(features, mitigated(each, rate=1.0))[-1]["train_size"] for each in orders]
    assert sizes[0] > sizes[1] == 200  # asked before it is thrown away, or after


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("prayer", "strategies='prayer' is unknown; choose from accumulate, active"),
        ("none+fresh_label", "did you mean 'fresh_labels'"),
        ("fresh_labels:share=2", r"share=2.0 must lie in \[0, 1\]"),
        ("fresh_labels:rate=1", "strategies=fresh_labels='rate' is unknown"),
        ("none+", "strategies='' is unknown"),
    ],
)
def test_what_is_wrong_in_a_recipe_is_named(recipe, message):
    with pytest.raises(ParameterError, match=message):
        parse(recipe)


def test_a_strategy_of_two_classes_is_refused_for_more(monkeypatch):
    monkeypatch.setattr(
        plugins.load("strategies", "strategies", "restart"),
        "needs_two_classes",
        True,
        raising=False,
    )
    check(parse("restart"), "logistic", 2)
    with pytest.raises(ParameterError, match="strategies=restart supports two classes, and the da"):
        check(parse("restart"), "logistic", 3)
