"""Laws of an evolution, end to end on a small corpus."""

import optuna
import pytest
from laboratory import Laboratory, frame, undisturbed_stage

POPULATION, BORN, GENERATIONS = 4, 2, 2


@pytest.fixture(scope="module")
def undisturbed() -> Laboratory:
    return undisturbed_stage("evolution")


def test_the_order_of_an_evolution(undisturbed):
    individuals = frame(undisturbed.stage_runs[0], "individuals")
    bred = individuals.query("role == 'bred'")
    sizes = bred.groupby("generation").size()
    assert sizes.iloc[0] == POPULATION
    assert (sizes.iloc[1:] == BORN).all()
    assert 1 <= len(sizes) - 1 <= GENERATIONS
    for generation in range(1, len(sizes)):
        before = bred[bred["generation"] == generation - 1]
        best = before.sort_values("validation_accuracy", ascending=False, kind="stable")
        assert set(bred.loc[bred["generation"] == generation, "parent"]) == set(
            best["name"].head(2)
        )
    (winner,) = bred.loc[bred["is_winner"], "validation_accuracy"]
    assert winner == bred["validation_accuracy"].max()
    assert (bred.loc[bred["generation"] == 0, "label_error"] == 0).all()


def test_parents_are_named_by_their_trials(undisturbed):
    (name,) = optuna.get_all_study_names(f"sqlite:///{undisturbed.folder}/optuna.db")
    url = f"sqlite:///{undisturbed.folder}/optuna.db"
    noted = {
        trial.user_attrs["cell"]: trial
        for trial in optuna.load_study(study_name=name, storage=url).trials
        if "cell" in trial.user_attrs
    }
    born = [trial for trial in noted.values() if "parent" in trial.user_attrs]
    assert born
    for trial in born:
        attributes = trial.user_attrs
        assert noted[attributes["parent"]].number == attributes["parent_trial"]
        assert noted[attributes["parent"]].user_attrs["generation"] == (
            attributes["generation"] - 1
        )
