"""Which lineages compete: strategies, then combinations of them, then the best once more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product

import click
import pandas as pd

from experiments.mitigation import analysis, combinations
from experiments.mitigation.analysis import DROPPED, HUMAN, NONE
from experiments.mitigation.settings import Settings
from mc import statistics
from mc.engine import preparation, queue
from mc.engine.common import check_repetitions, growth
from mc.engine.conditions import check_classes, check_rows, condition_of
from mc.engine.grids import classifier_job, facts, table
from mc.engine.jobs import Job, coordinates, key_of
from mc.engine.session import Session, open_session
from mc.errors import ParameterError
from mc.lineage import backends
from mc.lineage.corpus import open_corpus
from mc.lineage.loop import RESULTS_VERSION, Condition
from mc.lineage.recipe import check, is_control, parse, written
from mc.lineage.space import Space
from mc.lineage.view import check as check_view
from mc.randomness import stream
from mc.settings import format_value
from mc.statistics.charts import loop_points
from mc.tracking import registry
from mc.tracking.results import Result

STAGE = "mitigation"
BATCH = 8  # combinations that are suggested at once
AXES = ("rate", "strategy")
SHOWN = ("accuracy", "roc_auc")  # in charts of the stage's run, and the class share


@dataclass(frozen=True)
class Contest:
    """An open session that asks for lineages to be compared.

    Parameters
    ----------
    human : Condition
        Human labels throughout, and nothing done: what is lost is measured against it.
    rate : float
        Of all others.
    answers : dict
        All lineages so far.
    """

    session: Session
    human: Condition
    rate: float
    answers: dict[str, Result] = field(default_factory=dict)

    def breed(self, recipes: Iterable[str], replicates: Sequence[int]) -> pd.DataFrame:
        """Generations of some recipes, and of what they are held against."""
        conditions = [self.human, *(self.mitigated(each) for each in _all(recipes))]
        jobs = [
            self._job(condition, replicate)
            for replicate, condition in product(replicates, conditions)
        ]
        answers = self.session.ask(jobs)
        self.answers.update(answers)
        return pd.concat([table(job, answers[job.key]) for job in jobs])

    def _job(self, condition: Condition, replicate: int) -> Job:
        human = key_of(coordinates(self.human, AXES, replicate))
        return classifier_job(condition, AXES, replicate, baseline=human, count_labels=True)

    def mitigated(self, strategy: str) -> Condition:
        """The condition of a recipe."""
        return replace(self.human, rate=self.rate, strategy=strategy)


def _all(recipes: Iterable[str]) -> list[str]:
    """Recipes without repetition, that of doing nothing first."""
    return list(dict.fromkeys([NONE, *recipes]))


def run(settings: Settings) -> None:
    """Run the stage.

    Rounds of one bench: the leaderboard; batches of combinations, which depend on results alone
    (see `model_search.experiment`); what is on the front once more, on replicates that nothing was
    chosen by.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit.
    """
    recipes = _recipes(settings)
    check_repetitions(settings.repetitions, settings)
    sizes = growth(settings.initial_size, settings.increment, settings.final_size)
    human = condition_of(settings, sizes)
    if len(human.sizes) == 1:
        raise ParameterError(
            f"final_size={human.final_size} leaves generation 0 alone, whose labels are human; "
            "ask for a larger one"
        )
    preparation.set_up_process(settings)
    opening = partial(open_corpus, preparation.prepare_rows(settings))
    corpus = opening()
    for recipe in recipes:
        check(parse(recipe), settings.backend, len(corpus.features.classes))
    check_view(corpus.features, human)
    check_rows(len(corpus.labels), human, corpus.about["name"])
    check_classes(corpus.features, [human], settings.repetitions)
    shared = {name: at for name, at in vars(human).items() if name not in AXES}
    identity = {**shared, "version": RESULTS_VERSION}
    with open_session(STAGE, settings, opening, identity) as session:
        contest = Contest(session, human, settings.rate)
        frames = _compete(contest, settings, recipes)
        facts = _facts(settings, shared)
        shown = (*SHOWN, statistics.share_metric(frames["generations"]))
        points = loop_points(frames["generations"], AXES, shown)
        entries = {"": _entries(contest, frames)}
        session.conclude(contest.answers, frames, facts, points=points, entries=entries)


def _recipes(settings: Settings) -> list[str]:
    """What is on the leaderboard, in the order asked for."""
    parsed = [parse(each) for each in settings.strategies]
    for each in parsed:
        check(each, settings.backend)
    names = [written(each) for each in parsed]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ParameterError(f"strategies={settings.strategies[place]} names {name} twice")
    return _all(names)


def _compete(
    contest: Contest, settings: Settings, recipes: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """All rounds."""
    many = settings.repetitions
    lineages = contest.breed(recipes, range(many))
    while (more := _more_repetitions(lineages, many, settings)) > many:
        many = more
        click.echo(f"not precise enough: {many} repetitions")
        lineages = contest.breed(recipes, range(many))
    singles = _choices(lineages)
    if not settings.trials:
        return {"generations": lineages}
    space = combinations.space(backends.find(contest.human.backend))
    tried = _search(contest, settings, space, singles)
    choices = pd.concat([singles.assign(trial=-1), tried])
    choices = choices.drop_duplicates("strategy", ignore_index=True)
    choices["on_front"] = analysis.on_front(choices["spent"], choices["gain"])
    choices["on_front"] &= ~choices.duplicated(["spent", "gain"])  # of the same, the simplest
    chosen = choices.loc[choices["on_front"], "strategy"]
    confirmed = contest.breed([DROPPED, *chosen], range(many, 2 * many))
    return {"generations": lineages, "choices": choices, "confirmed": confirmed}


def _more_repetitions(lineages: pd.DataFrame, many: int, settings: Settings) -> int:
    """How many replicates of each recipe the asked precision of its gain takes next."""
    if not settings.precision:
        return many
    table = analysis.rescue_table(analysis.rescue_ends(lineages))
    half = float((table["gain_high"] - table["gain_low"]).max() / 2)
    wanted = statistics.next_repetitions(many, many, half, settings.precision)
    return min(wanted, settings.max_repetitions)


def _choices(lineages: pd.DataFrame) -> pd.DataFrame:
    """What people may choose among, with mean gain and price: one row a recipe."""
    table = analysis.rescue_table(analysis.rescue_ends(lineages))
    fair = [
        strategy != HUMAN and not is_control(parse(strategy)) and not verified
        for strategy, verified in zip(table["strategy"], table["verified_labels"], strict=True)
    ]
    columns = ["strategy", "gain", "gain_low", "gain_high", "auc_gain", "spent", "seconds"]
    return table.loc[fair, columns]


def _search(
    contest: Contest, settings: Settings, space: Space, singles: pd.DataFrame
) -> pd.DataFrame:
    """Batch after batch of combinations, for accuracy and against human labels spent."""
    alone = combinations.alone(space)
    tried = [
        (alone[str(row["strategy"])], _aims(row))
        for _, row in singles.iterrows()
        if row["strategy"] in alone
    ]
    rows: list[pd.Series] = []
    while len(rows) < settings.trials:
        batch = len(rows) // BATCH
        rng = stream(contest.human.seed, "combine", batch)
        seed = int(rng.integers(2**31))
        asked = queue.suggest_for_all(space, tried, 2, BATCH, seed)
        asked = asked[: settings.trials - len(rows)]
        recipes = [combinations.recipe(one) for one in asked]
        lineages = contest.breed(recipes, range(settings.repetitions))
        found = _choices(lineages).set_index("strategy")
        for one, strategy in zip(asked, recipes, strict=True):
            row = pd.Series({"strategy": strategy, **found.loc[strategy], "trial": len(rows)})
            rows.append(row)
            tried.append((one, _aims(row)))
        best = 100 * max(row["gain"] for row in rows)
        click.echo(f"{len(rows)} combinations: {best:.2f} points regained at most")
    return pd.DataFrame(rows)


def _aims(row: pd.Series) -> tuple[float, float]:
    """What a search is for: accuracy, and few labels."""
    return float(row["gain"]), -float(row["spent"])


def _entries(contest: Contest, frames: Mapping[str, pd.DataFrame]) -> dict[str, registry.Entry]:
    """The models of replicate 0 that deserve a name: with its labels, without them, and rescued."""
    best = best_choice(frames)
    wanted = {
        "human": (contest.human, "human labels throughout"),
        "collapsed": (contest.mitigated(NONE), "labelled by its ancestors, nothing done"),
        "rescued": (contest.mitigated(best), f"the same, with {best}"),
    }
    first = {
        alias: min(
            (result for result in contest.answers.values() if _is_of(result, condition)),
            key=lambda result: int(result.params["replicate"]),
        )
        for alias, (condition, _) in wanted.items()
    }
    return {
        alias: registry.Entry(first[alias].run_id, f"last generation, {about}")
        for alias, (_, about) in wanted.items()
    }


def _is_of(result: Result, condition: Condition) -> bool:
    """Whether a result is a lineage of this condition."""
    return all(result.params[axis] == format_value(getattr(condition, axis)) for axis in AXES)


def best_choice(frames: Mapping[str, pd.DataFrame]) -> str:
    """The recipe that gains most, on replicates that it was not chosen by where there are some."""
    lineages = frames["generations"]
    if "confirmed" in frames:
        front = frames["choices"].loc[frames["choices"]["on_front"], "strategy"]
        lineages = frames["confirmed"]
        lineages = lineages[lineages["strategy"].isin([NONE, *front])]  # not DROPPED unasked
    choices = _choices(lineages)
    others = choices[choices["strategy"] != NONE]
    ranked = (others if len(others) else choices).sort_values("gain", kind="stable")
    return str(ranked["strategy"].iloc[-1])


def _facts(settings: Settings, shared: Mapping[str, object]) -> dict[str, str]:
    shown = facts(shared, settings.repetitions)
    shown["rate"] = format_value(settings.rate)
    if settings.trials:
        shown["combinations searched"] = str(settings.trials)
    return shown
