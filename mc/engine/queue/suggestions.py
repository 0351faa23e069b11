"""Settings worth trying next, and which of them matter."""

import warnings
from collections.abc import Sequence

import optuna

from mc.engine.queue.axes import axis
from mc.lineage.space import Space
from mc.settings import Value, Values

Aims = Sequence[float]  # of several aims, each the better the larger


def suggest(
    space: Space, tried: Sequence[tuple[Values, float]], many: int, seed: int
) -> list[dict[str, Value]]:
    """Settings worth trying next, by Optuna's tree-structured Parzen estimator.

    Depends on its arguments alone, neither on who computed the values nor in which order they came.

    Parameters
    ----------
    space : mapping
        What may be varied.
    tried : sequence of (settings, value)
        All results so far; larger is better.
    many : int
        How many to suggest, to be tried side by side.
    seed : int
        Of the sampler.
    """
    return suggest_for_all(space, [(settings, [value]) for settings, value in tried], 1, many, seed)


def suggest_for_all(
    space: Space,
    tried: Sequence[tuple[Values, Aims]],
    aims: int,
    many: int,
    seed: int,
) -> list[dict[str, Value]]:
    """The same for several aims at once (Ozaki et al. 2022): settings near the Pareto front.

    Parameters
    ----------
    tried : sequence of (settings, values)
        All results so far, with a value for each aim.
    aims : int
        How many there are.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.TPESampler(seed=seed, multivariate=True, constant_liar=True)
    study = _remembering(space, tried, sampler, aims)
    axes = {name: axis(each) for name, each in space.items()}
    found = [study.ask(axes).params for _ in range(many)]
    return [{name: space[name].neat(value) for name, value in one.items()} for one in found]


def importances(space: Space, tried: Sequence[tuple[Values, float]], seed: int) -> dict[str, float]:
    """Share of the values' variance that each setting explains (fANOVA), the largest first."""
    if len(space) < 2 or len({value for _, value in tried}) < 2:
        return dict.fromkeys(space, 1.0 / max(len(space), 1))
    known = [(settings, [value]) for settings, value in tried]
    study = _remembering(space, known, optuna.samplers.RandomSampler(seed=seed))
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    return optuna.importance.get_param_importances(study, evaluator=evaluator)


def _remembering(
    space: Space,
    tried: Sequence[tuple[Values, Aims]],
    sampler: optuna.samplers.BaseSampler,
    aims: int = 1,
) -> optuna.Study:
    """A study in memory that knows these results."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=sampler, directions=["maximize"] * aims)
    axes = {name: axis(each) for name, each in space.items()}
    for settings, values in tried:
        params = {name: settings[name] for name in space}
        study.add_trial(optuna.trial.create_trial(params=params, distributions=axes, values=values))
    return study
