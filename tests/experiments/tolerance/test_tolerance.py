"""Laws of the stage `tolerance`: what it asks for, what it refuses, and what its page says."""

import re

import numpy as np
import pandas as pd
import pytest
from laboratory import Laboratory, finished

from experiments.tolerance import experiment
from experiments.tolerance.settings import Settings
from mc.errors import ParameterError
from mc.report import outline
from mc.report.stage_result import StageResult
from mc.statistics.search import Search
from mc.tracking.results import Result

TINY = {
    "sizes": "500",
    "generations": "1",
    "margin": "0.05",
    "budget": "20",
    "first_repetitions": "3",
    "first_rates": "1",
    "width": "0.5",
}


def settled(**given: str):
    return Settings.read(given)


def asked(settings, slope: float, spread: float = 0.001, size: int = 2_000):
    """A course to its end, on made-up accuracies; with the cells of each of its batches."""
    rng = np.random.default_rng(0)
    families = experiment._families(("logistic",))
    (place,) = experiment._places(settings.model_copy(update={"sizes": (size,)}), families)
    course = experiment.Course(place, settings, Search(settings.margin, settings.confidence))
    batches = []
    while cells := course.cells(course.batch()):
        batches.append(cells)
        answers = {}
        for cell in cells:
            _, rate, _ = cell
            accuracy = 0.9 - slope * rate + spread * rng.normal()
            figures = {"label_error": 0.1, "synthetic_share": rate / 2, "train_size": 2000.0}
            metrics = {"accuracy": accuracy, "lineage_seconds": 1.0, **figures}
            answers[place.key(cell)] = Result("", "", metrics, {}, {})
        course.take(cells, answers)
    return course, batches


def test_each_replicate_is_new_and_has_its_own_rate_0():
    course, batches = asked(settled(), 0.02)
    replicates = [
        replicate for cells in batches for replicate in sorted({cell[2] for cell in cells})
    ]
    assert replicates == list(range(course.search.replicates))
    for cells in batches:
        for replicate in {cell[2] for cell in cells}:
            rates = [rate for _, rate, own in cells if own == replicate]
            assert rates[0] == 0
            assert len(set(rates)) == len(rates) > 1


def test_a_budget_is_kept():
    settings = settled(budget="61", width="0.01")
    course, batches = asked(settings, 0.02, spread=0.003)
    assert 55 < course.spent == sum(map(len, batches)) <= 61


def test_trials_with_other_settings_of_a_backend_have_other_names():
    families = experiment._families(("lightgbm", "lightgbm:fast", "lightgbm:n_terms=50"))
    places = experiment._places(settled(sizes="500"), families)
    assert len({place.key(("none", 0.0, 0)) for place in places}) == 3
    assert places[1].condition.backend_params["use_quantized_grad"] is True


def test_a_size_grows_from_its_share_in_equal_steps():
    settings = settled(initial_share="0.2", generations="4")
    assert experiment._growth(settings, 1000) == (200, 400, 600, 800, 1000)


@pytest.mark.parametrize("margin", ["0.0005", "0.002"])
def test_what_cannot_be_resolved_is_refused_with_remedies_that_suffice(margin):
    given = {"margin": margin, "test_size": "300"}
    place = experiment._places(settled(**given), experiment._families(("logistic",)))
    with pytest.raises(ParameterError, match="cannot be resolved by test_size=300") as refused:
        experiment._check_power(settled(**given), place, 4_000)
    text = str(refused.value)
    for name in ("budget", "test_size", "margin"):
        remedy = re.search(rf"use .*\b{name}=([\d.]+[\d])", text)[1]
        experiment._check_power(settled(**{**given, name: remedy}), place, 4_000)
    missing = re.search(r"\(([\d,]+) more reviews than there are\)", text)
    enough = int(re.search(r"use .*test_size=(\d+)", text)[1])
    assert (missing is not None) == (enough + 6_000 > 4_000)
    assert int(missing[1].replace(",", "")) == enough + 6_000 - 4_000


def test_a_budget_below_what_any_answer_takes_is_said_to_be_that():
    given = {"budget": "25", "test_size": "20000"}
    places = experiment._places(settled(**given), experiment._families(("logistic",)))
    with pytest.raises(ParameterError, match="use budget=") as refused:
        experiment._check_power(settled(**given), places, 120_000)
    assert "test_size=20000 and" in str(refused.value)
    assert "or test_size" not in str(refused.value)


def build_page(slope: float, *, spread: float = 0.001, controls: bool = True, **given: str):
    """A page of one search on made-up accuracies; the controls lose less."""
    settings = settled(**given)
    places = [asked(settings, slope, spread, size)[0] for size in (2_000, 6_000)]
    lineages = pd.concat([made_up(course, slope, controls) for course in places])
    frontiers = pd.DataFrame([experiment._frontier(course) for course in places])
    frames = {"frontiers": frontiers, "lineages": lineages}
    frames = {name: frame.assign(study="s") for name, frame in frames.items()}
    return outline.build(StageResult("tolerance", {"data": "a law"}, frames)), places


def made_up(course, slope: float, controls: bool) -> pd.DataFrame:
    rows = [
        {"strategy": strategy, "rate": rate, "replicate": replicate, "is_of_search": True}
        | {"loss": course.accuracy["none", 0.0, replicate] - accuracy}
        for (strategy, rate, replicate), accuracy in course.accuracy.items()
    ]
    for row in [each for each in rows if each["rate"] > 0 and each["replicate"] < 5]:
        for strategy, share in (
            {"noise_control": 0.1, "drop_synthetic": 0.5}.items() if controls else ()
        ):
            changed = {"strategy": strategy, "is_of_search": False}
            rows.append(row | changed | {"loss": share * row["loss"]})
    return pd.DataFrame(rows).assign(**experiment._where(course.place))


def test_the_first_sentence_is_the_answer_with_its_interval_and_cost():
    page, (course, _) = build_page(0.02)
    first = page.headlines[0]
    said = re.search(r"label up to ([\d.]+) \[([\d.]+), ([\d.]+)\].* (\d+)% of all", first)
    low, high = course.search.interval()
    assert [float(said[n]) for n in (1, 2, 3)] == pytest.approx(
        [course.search.estimate(), low, high], abs=0.005
    )
    assert float(said[2]) < 0.25 < float(said[3])
    assert "95% confidence" in first
    assert f"({course.spent} lineages, {5 * course.spent} fits)" in first
    assert [section.name for section in page.sections] == ["frontier", "sizes", "controls"]
    for section in page.sections:
        assert section.sentences
        assert "a law" in section.figure._supxlabel.get_text()
        assert "repetitions" in section.figure._supxlabel.get_text()


def test_the_controls_are_told_apart():
    page, _ = build_page(0.02)
    sentences = " ".join(page.sections[-1].sentences)
    assert "machine labels are worse than none" in sentences
    assert "machine errors do more harm than random ones" in sentences


@pytest.mark.parametrize(
    ("slope", "spread", "words"),
    [
        (0.0, 0.0005, "all new labels may come from the machine; the loss stays"),
        (5.0, 0.0005, "less than"),
        (0.02, 0.05, "only known to lie in"),
    ],
)
def test_other_answers_are_in_words_of_their_own(slope, spread, words):
    page, _ = build_page(slope, spread=spread, controls=False)
    assert words in page.headlines[0]
    assert "nan" not in " ".join(page.headlines).lower()
    assert [section.name for section in page.sections] == ["frontier", "sizes"]
    assert all(len(row) == len(table.heads) for table in page.tables for row in table.rows)


def test_the_stage_answers_and_a_second_command_has_nothing_to_do(tmp_path):
    laboratory = Laboratory.build(tmp_path / "lab", alone=True)
    out, _ = laboratory.run("tolerance", **TINY, grid="1")
    assert "tolerable rate" in out
    runs = laboratory.runs(kind="lineage")
    assert len(finished(runs)) == len(runs)
    strategies = {run.data.params["strategy"] for run in runs}
    assert strategies == {"none", "noise_control", "drop_synthetic"}
    again, _ = laboratory.run("tolerance", **TINY, grid="1")
    assert len(laboratory.runs(kind="lineage")) == len(runs)
    table = [out[out.index("place") :].split("\n\n")[0] for out in (out, again)]
    assert table[0] == table[1]
