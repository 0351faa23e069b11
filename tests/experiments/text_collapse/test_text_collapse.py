"""Laws of the stage `text_collapse`: what its page says, and one run from end to end."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from laboratory import Laboratory, finished

from experiments.text_collapse.judging import DECILE, DESCRIPTIONS
from experiments.text_collapse.samples import CLASSES, NOTE
from mc.lineage.metrics import DESCRIPTIONS as OF_CLASSIFIERS
from mc.report import outline
from mc.report.stage_result import StageResult
from mc.text.measures.standard import MEASURES
from mc.tracking import store

REGIMES = ("replace", "accumulate")
BASIC = [name for name in DESCRIPTIONS if name not in MEASURES]


def frame(rates=(0.0, 0.5, 1.0), replicates=3, steps=4, alarm=False, standard=False):
    """Losses are proportional to rate and generation, and half as large where all is kept."""
    rng = np.random.default_rng(0)
    rows = []
    for regime in REGIMES:
        for rate in rates:
            for replicate in range(replicates):
                for step in range(steps):
                    loss = rate * step * (1.0 if regime == "replace" else 0.5)
                    noise = rng.normal(0, 0.001)
                    rows.append(
                        {
                            **dict.fromkeys([*BASIC, *OF_CLASSIFIERS], 0.1 + noise),
                            **{name: 0.5 + noise for name in MEASURES if standard},
                            **({"mauve": 0.8 - 0.05 * loss + noise} if standard else {}),
                            **{NOTE.format(name): f"one two three {step}" for name in CLASSES},
                            "regime": regime,
                            "rate": rate,
                            "replicate": replicate,
                            "generation": step,
                            "vocabulary": 10_000 * np.exp(-0.3 * loss + noise),
                            "perplexity": 200 * np.exp(0.2 * loss + noise),
                            "accuracy": 0.9 - 0.01 * loss + noise,
                            "confidence": 0.7 + 0.02 * loss + noise,
                            "overconfidence": -0.2 + 0.03 * loss + noise,
                            "relative_distance": 1 - 0.05 * loss,
                            "collapsed": float(alarm and loss > 1.5),
                            **{
                                DECILE.format(tenth): 1 - np.exp(-0.05 * tenth * (1 + loss))
                                for tenth in range(1, 11)
                            },
                        }
                    )
    return pd.DataFrame(rows)


def build(rows):
    facts = {"data": "reviews.parquet (9 reviews)", "order": "3", "backend": "logistic"}
    return outline.build(StageResult("text_collapse", facts, {"generations": rows}))


def told(page):
    sentences = [sentence for section in page.sections for sentence in section.sentences]
    return " ".join([*page.headlines, *sentences])


def test_numbers_of_the_headline_are_those_of_the_data_and_the_table():
    page = build(frame())
    headline, table = page.headlines[0], page.tables[0]
    assert "After 3 generations under replace at rate 1" in headline
    fewer = float(re.search(r"know (\S+) \[", headline)[1])
    times = float(re.search(r"text is (\S+) \[", headline)[1])
    assert fewer == pytest.approx(100 * (1 - np.exp(-0.9)), abs=0.2)
    assert times == pytest.approx(np.exp(0.6), abs=0.02)
    lost = re.search(r"accuracy is (\S+ \[\S+ \S+\]) points lower", headline)[1]
    row = next(row for row in table.rows if row[0] == "replace, 1")
    assert lost == row[table.heads.index("loss (points)")]
    assert next(row for row in table.rows if row[0] == "replace, 0")[6] == "–"
    assert "Under accumulate at rate 1" in page.headlines[1]


def test_every_section_has_sentences_and_a_figure_that_says_what_it_shows():
    page = build(frame())
    assert [section.name for section in page.sections] == ["writing", "tail", "classifier"]
    for section in page.sections:
        assert section.sentences
        footer = " ".join(section.figure._supxlabel.get_text().split())
        assert "reviews.parquet" in footer
        assert "3 repetitions" in footer
    assert "it is more confident but less accurate" in told(page)
    assert set(page.glossary) >= set(BASIC)
    assert not set(page.glossary) & set(MEASURES)


def test_the_page_says_whether_the_alarm_occurs():
    assert "never occurs, although accuracy is up to 3.0" in told(build(frame()))
    sounding = told(build(frame(alarm=True)))
    assert "occurs in 3 of 3 repetitions under replace at rate 1, at generation 2" in sounding
    assert "under accumulate at rate 1" not in sounding.split("occurs in")[1]


@pytest.mark.parametrize(
    "rows",
    [
        frame(replicates=1, standard=True),
        frame((0.0,), standard=True),
        frame((0.5, 1.0), standard=True),
        frame(steps=2),
    ],
)
def test_frames_that_lack_something_still_have_a_page(rows):
    page = build(rows)
    assert "nan" not in told(page)
    assert len(page.tables[0].rows) == len(rows[["regime", "rate"]].drop_duplicates())


def test_standard_measures_have_a_table_a_figure_and_their_glossary():
    page = build(frame(standard=True))
    table, section = page.tables[1], page.sections[3]
    assert section.name == "standard"
    assert "embedding lsa" in section.figure._supxlabel.get_text()
    assert [row[0] for row in table.rows] == [each.name for each in MEASURES.values()]
    assert "replace" in table.title
    row = dict(zip(table.heads, table.rows[0], strict=True))
    assert float(row["rate 0"].split()[0]) == pytest.approx(0.8, abs=0.003)
    assert float(row["rate 0.5 (difference)"].split()[0]) == pytest.approx(-0.075, abs=0.003)
    assert float(row["rate 1 (difference)"].split()[0]) == pytest.approx(-0.15, abs=0.003)
    assert f"MAUVE {row['rate 1 (difference)']}" in section.sentences[0]
    assert ": spread of MAUVE, Vendi score" in section.sentences[1]  # MAUVE itself is not
    assert set(page.glossary) >= set(MEASURES)


def test_the_documentation_says_of_each_standard_measure_what_the_page_does():
    text = (Path(__file__).parents[3] / "docs/experiments/text_collapse.md").read_text()
    for name, each in MEASURES.items():
        cells = [each.name, f"`{name}`", f"{each.lowest} to {each.highest}", each.higher]
        assert f"| {' | '.join([*cells, each.source])} |" in text


def test_samples_stand_side_by_side():
    for table, name in zip(build(frame()).tables[1:], CLASSES, strict=True):
        assert name in table.title
        assert list(table.heads) == ["generation", "rate 0", "rate 0.5", "rate 1"]
        assert [row[0] for row in table.rows] == ["0", "1", "2", "3"]
        assert table.rows[-1][1] == "one two three 3"


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory) -> Laboratory:
    laboratory = Laboratory.build(tmp_path_factory.mktemp("text_collapse"), alone=True)
    asked = {"rates": "0,1", "regimes": "replace", "reviews": "80", "generations": "2"}
    laboratory.run("text_collapse", **asked)
    return laboratory


def test_a_run_keeps_metrics_samples_and_a_page(laboratory):
    (run,) = laboratory.stage_runs
    members = finished(laboratory.runs(kind=store.LINEAGE))
    assert run.info.status == "FINISHED"
    assert len(members) == 2 * 2
    for member in members:
        history = laboratory.client.get_metric_history(member.info.run_id, "perplexity")
        assert [point.step for point in history] == [0, 1, 2]
        folder = Path(member.info.artifact_uri) / "samples"
        assert len(list(folder.glob("generation_*.txt"))) == 3
    page = (Path(run.info.artifact_uri) / "report.html").read_text()
    frame = pd.read_csv(Path(run.info.artifact_uri) / "frames/generations.csv")
    assert len(frame) == 2 * 2 * 3
    assert frame.loc[0, NOTE.format("positive")].split()[0] in page
    assert (frame.groupby(["rate", "generation"])["synthetic_share"].mean()[0.0] == 0).all()
