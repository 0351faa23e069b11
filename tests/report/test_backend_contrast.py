"""Laws of the stored contrast of backends and of its section on the page."""

import re
import shlex

import numpy as np
import pandas as pd
import pytest
from fake_generations import frame, with_losses
from matplotlib.container import ErrorbarContainer

from experiments.compare_backends.settings import Settings
from mc import statistics
from mc.engine.project import ROOT
from mc.report import outline
from mc.report.growth import backend_contrast, figure_contrast, summary_contrast
from mc.report.stage_result import StageResult

STORED = backend_contrast.stored()
BACKENDS = {"lightgbm", "logistic", "random_forest"}
SECTION = "backend_contrast"
DOCUMENTED = ROOT / "docs" / "experiments" / "collapse_rates.md"


def lineages(repetitions=3):
    """One backend loses 10 points at rate 1, another 2."""
    losses = {"frail": 0.1, "firm": 0.02}
    return pd.concat(
        with_losses({0.5: [loss / 2] * repetitions, 1.0: [loss] * repetitions}, backend=backend)
        for backend, loss in losses.items()
    )


def table(repetitions=3, **changed):
    return backend_contrast.contrast(lineages(repetitions), "9 reviews").assign(**changed)


def result(stage, rows):
    return StageResult(stage, {"data": "reviews.parquet"}, {"generations": rows})


def sections(page):
    return [section.name for section in page.sections]


def test_stored_figures_are_of_three_backends_at_the_same_rates_and_hold_no_place():
    assert set(STORED["backend"]) == BACKENDS
    assert list(STORED.columns) == list(table().columns)
    rates = {backend: tuple(rows["rate"]) for backend, rows in STORED.groupby("backend")}
    assert len(set(rates.values())) == 1
    assert {0.0, 1.0} <= set(STORED["rate"])
    assert STORED["repetitions"].nunique() == 1
    assert "/" not in backend_contrast.FILE.read_text()


def test_stored_bounds_enclose_their_means():
    for name in ("loss", "auc_loss", "gain"):
        assert (STORED[f"{name}_low"] <= STORED[name]).all()
        assert (STORED[name] <= STORED[f"{name}_high"]).all()
        assert (STORED.loc[STORED["rate"] == 0, name] == 0).all()


def test_the_table_is_that_of_the_statistics():
    rows = lineages()
    made = table().set_index(["backend", "rate"]).loc[("frail", 1.0)]
    known = statistics.summary(rows).set_index(["backend", "rate"]).loc[("frail", 1.0)]
    assert made["loss"] == pytest.approx(known["loss"])
    assert made["accuracy"] == pytest.approx(known["accuracy"])
    assert made["gain"] == pytest.approx(0.05)  # the share goes from 0.5 to 0.55
    assert made["gain_low"] <= made["gain"] <= made["gain_high"]


def test_each_backend_has_a_sentence_that_follows_from_its_figures():
    frail, firm = summary_contrast.contrast_findings(table())
    assert frail.startswith("frail loses 10.00 [")
    assert "(5 points from a rate of about 0.5):" in frail
    assert "5 points at no rate" in firm
    assert "goes from 0.500 to 0.550." in frail
    changed = table(auc_loss_low=-0.01, gain_low=-0.01, gain_high=0.2)
    for sentence in summary_contrast.contrast_findings(changed):
        assert "no worse ranking is shown" in sentence
        assert "may be chance" in sentence


def test_one_repetition_shows_nothing_and_has_no_bars():
    for sentence in summary_contrast.contrast_findings(table(1)):
        assert "nan" not in sentence
        assert "no worse ranking is shown" in sentence
    assert drawn_bounds(table(1)) == drawn_bounds(table(2)) == 0
    assert drawn_bounds(table(3)) > 0


def drawn_bounds(contrast):
    (ax,) = figure_contrast.backend_losses(contrast).axes
    bars = [each for each in ax.containers if isinstance(each, ErrorbarContainer)]
    paths = [path.get_segments() for bar in bars for path in bar[2]]
    drawn = [segment for segments in paths for segment in segments if len(segment)]
    return sum(np.isfinite(segment).all() for segment in drawn)


def test_the_figure_names_each_line_and_its_axes():
    figure = figure_contrast.backend_losses(STORED)
    (ax,) = figure.axes
    assert {text.get_text() for text in ax.texts} >= BACKENDS
    assert ax.get_xlabel()
    assert "points" in ax.get_ylabel()
    assert "Stored figures" in figure._supxlabel.get_text()


def test_the_section_stands_second_on_pages_of_collapse_rates_alone():
    rows = frame()
    page = outline.build(result("collapse_rates", rows))
    assert sections(page).index(SECTION) == 1
    section = page.sections[1]
    assert "Stored figures" in section.hint
    assert f"{STORED['repetitions'].iloc[0]} repetitions" in section.hint
    growths = pd.concat([rows, frame(sizes=(1_000, 10_000))])
    assert sections(outline.build(result("collapse_rates", growths))).count(SECTION) == 1
    for stage in ("total_collapse", "low_rates", "fine_rates"):
        assert SECTION not in sections(outline.build(result(stage, rows)))


def test_a_comparison_of_the_readers_own_takes_its_place():
    both = [result(stage, frame()) for stage in ("collapse_rates", "compare_backends")]
    for page in outline.page(both):
        assert SECTION not in sections(page)


def test_the_command_asks_for_what_is_stored():
    words = shlex.split(backend_contrast.command(STORED).replace("\\\n", " "))
    given = dict(word.split("=", 1) for word in words if "=" in word)
    assert words[:6] == ["uv", "run", "mlflow", "run", ".", "-e"]
    assert words[6] == "compare_backends"
    assert words.count("-P") == len(given)
    settings = Settings.read(given)
    assert set(settings.backends) == set(STORED["backend"])
    assert set(settings.rates) == set(STORED["rate"])
    for name in ("initial_size", "increment", "final_size", "repetitions"):
        assert {getattr(settings, name)} == set(STORED[name])
    assert settings.regimes == tuple(STORED["regime"].unique())
    assert settings.labellings == tuple(STORED["labelling"].unique())


def test_the_documentation_has_the_stored_figures_and_the_command():
    text = DOCUMENTED.read_text()
    assert backend_contrast.command(STORED) in text
    for _, row in STORED[STORED["rate"] == 1].iterrows():
        (line,) = re.findall(rf"^\| `{row['backend']}` \|.*$", text, re.MULTILINE)
        for share in (row["loss"], row["auc_loss"]):
            assert f"{100 * share:.2f}" in line
        assert f"{row['positive_share']:.3f}" in line
