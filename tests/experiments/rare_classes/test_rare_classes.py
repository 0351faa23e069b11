"""Laws of rare classes: what is asked for, what is counted, and which claims the numbers bear."""

import numpy as np
import pandas as pd
import pytest
from laboratory import Laboratory

from experiments.rare_classes import analysis, figures, page, summary
from experiments.rare_classes.experiment import conditions
from experiments.rare_classes.settings import Settings
from mc.report.stage_result import StageResult

KEYS = ("large", "middle", "rare")
SHARES = (0.6, 0.35, 0.05)
KNOWN = pd.DataFrame({"name": KEYS, "key": KEYS, "share": SHARES, "is_rare": [False, False, True]})


def lineages(
    replicates: int = 5, steps: int = 4, rare: float = 0.8, sampled: float = 0.8, noise: float = 0.0
) -> pd.DataFrame:
    """Made-up lineages: at rate 1 rare rows are classified worse and worse, until they are not."""
    rng = np.random.default_rng(0)
    rows = []
    for replicate in range(replicates):
        at_one = [("argmax", 1.0, rare), ("sample", 1.0, sampled)]
        for labelling, rate, lost in [("argmax", 0.0, 0.0), *at_one]:
            for step in range(steps):
                part = lost * step / (steps - 1)
                kept = max(0.5 * (1 - part), 0) + noise * rng.normal() * (part < 1)
                recall = {"large": 0.9, "middle": 0.8, "rare": kept}
                shares = dict(zip(KEYS, SHARES, strict=True))
                rows.append(
                    {
                        "regime": "accumulate",
                        "labelling": labelling,
                        "strategy": "none",
                        "rate": rate,
                        "replicate": replicate,
                        "generation": step,
                        "accuracy": sum(SHARES[i] * recall[key] for i, key in enumerate(KEYS)),
                        "balanced_accuracy": np.mean(list(recall.values())),
                        "roc_auc": 0.9,
                        "rare_recall": recall["rare"],
                        "classes_lost": float(recall["rare"] <= 0),
                        "share_divergence": part,
                        "human_labels": 100.0,
                        **{f"recall/{key}": at for key, at in recall.items()},
                        **{f"share/{key}": recall[key] * shares[key] for key in KEYS},
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def test_losses_are_paired_with_human_labels_of_the_same_replicate():
    generations = lineages(noise=0.02)
    shift = generations["replicate"] * 0.01
    generations["accuracy"] += shift
    losses = analysis.losses(generations)
    argmax = losses.query("labelling == 'argmax'").iloc[0]
    assert argmax["rare_recall"] == pytest.approx(0.4, abs=0.03)
    assert argmax["accuracy"] == pytest.approx(SHARES[2] * argmax["rare_recall"])
    assert argmax["n"] == 5


def test_all_that_is_lost_here_is_lost_in_the_rare_class():
    parts = analysis.rare_parts(lineages(noise=0.01), KNOWN)
    assert parts["part"].to_numpy() == pytest.approx(1)
    assert set(parts["share"]) == {SHARES[2]}


def test_a_class_is_gone_from_the_generation_after_which_it_is_never_predicted():
    table = analysis.by_class(lineages(rare=1.5), KNOWN)
    gone = table.query("name == 'rare' and labelling == 'argmax' and rate == 1").iloc[0]
    assert (gone["gone"], gone["since"], gone["n"]) == (5, 2, 5)  # its recall is 0 from then on
    others = table[(table["name"] != "rare") | (table["rate"] == 0)]
    assert set(others["gone"]) == {0}


def test_a_class_that_comes_back_is_not_gone():
    rows = lineages(rare=1.5)
    last = rows["generation"] == rows["generation"].max()
    rows.loc[last, "share/rare"] = 0.01
    table = analysis.by_class(rows, KNOWN)
    assert set(table["gone"]) == {0}


def verdicts(generations: pd.DataFrame) -> dict[str, str]:
    table = analysis.claims(generations, KNOWN)
    return dict(zip(table["claim"].str.split().str[0], table["verdict"], strict=True))


def test_claims_are_supported_contradicted_or_left_open_by_their_intervals():
    clear = verdicts(lineages(rare=0.8, sampled=0.2, noise=0.01))
    assert clear == {"rare": "supported", "more": "supported", "sampling": "supported"}
    reverse = verdicts(lineages(rare=-0.5, sampled=0.5, noise=0.01))
    assert reverse == {"rare": "contradicted", "more": "contradicted", "sampling": "contradicted"}
    noisy = verdicts(lineages(rare=0.1, sampled=0.1, noise=0.2, replicates=3))
    assert set(noisy.values()) == {"undecided"}


def test_one_repetition_decides_nothing():
    assert set(verdicts(lineages(replicates=1)).values()) == {"undecided"}


def test_the_page_says_what_vanishes_and_what_keeps_it():
    frames = {"generations": lineages(rare=1.5, sampled=0.2, noise=0.01), "classes": KNOWN}
    made = page.page(StageResult("rare_classes", {"data": "made up"}, frames))
    assert "rare (5.0%) from generation 2" in made.headlines[0]
    assert "labelling sample" in summary.saved_sentences(made.frames["losses"])[0].split(";")[0]
    assert [section.name for section in made.sections] == ["shares", "recall", "saved"]
    names = {text.get_text() for text in made.sections[0].figure.axes[-1].texts}
    assert names == {"large (60.0%)", "middle (35.0%)", "rare (5.0%)"}


def test_options_are_those_of_one_regime_at_the_highest_rate():
    options = figures.options(analysis.losses(lineages(sampled=0.2)))
    assert options["option"].tolist() == ["labelling sample (0)", "labelling argmax (0)"]


def test_every_condition_is_asked_for_once_human_labels_first():
    grid = conditions(Settings(regimes=("replace",), labellings=("argmax", "sample")))
    assert [(each.rate, each.labelling) for each in grid[:3]] == [
        (0.0, "argmax"), (0.3, "argmax"), (1.0, "argmax")
    ]  # fmt: skip
    assert len({repr(each) for each in grid}) == len(grid) == 5 + 6
    assert {each.strategy for each in grid if each.rate < 1} == {"none"}


def test_a_stage_of_three_classes_ends_with_its_page(tmp_path):
    laboratory = Laboratory.build(tmp_path, alone=True)
    small = {"rates": "0,1", "strategies": "active", "regimes": "replace", "labellings": "argmax"}
    out, _ = laboratory.run("rare_classes", **small)
    assert "rare recall lost" in out
    (stage,) = laboratory.stage_runs
    assert any(name.startswith("rare_recall") for name in stage.data.metrics)
    again, _ = laboratory.run("rare_classes", **small)
    assert "6 results of an earlier command are reused" in again
