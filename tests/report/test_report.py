import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pandas as pd
import pytest
from fake_generations import ELEVEN, frame
from matplotlib.figure import Figure
from PIL import Image

from mc import statistics
from mc.errors import DataError, ParameterError
from mc.report import canvas, cards, outline, writer
from mc.report.growth.tables import end_table
from mc.report.stage_result import StageResult

ABOUT = {"data": "reviews.parquet", "stage": "collapse_rates", "backend": "logistic", "seed": "0"}


def write(folder, generations, about):
    result = StageResult(about.get("stage", "other"), about, {"generations": generations})
    return files(folder, [result])


def files(folder, stage_results, jobs=1):
    """All that `writer.write` says it wrote, the page first."""
    drawn = writer.write(folder, stage_results, jobs)
    return [folder / writer.PAGE, *(path for each in drawn for path in each.files)]


class Balanced(HTMLParser):
    """Fails where tags do not close in the order in which they open; collects addresses."""

    VOID = ("meta", "img", "br", "link")

    def __init__(self):
        super().__init__()
        self.open, self.addresses = [], []

    def handle_starttag(self, tag, attrs):
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def unwritten(monkeypatch):
    """Figures are drawn and their files stay empty, for what the page says."""

    def touch(figure: Figure, folder: Path, name: str) -> list[Path]:
        figure.draw_without_rendering()
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{name}.png", folder / f"{name}.svg"]
        for path in paths:
            path.touch()
        return paths

    monkeypatch.setattr(canvas, "save", touch)


@pytest.fixture
def drawn_fast(monkeypatch):
    """Figures are drawn as one small PNG."""

    def dot(figure: Figure, folder: Path, name: str) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{name}.png", folder / f"{name}.svg"]
        Image.new("RGB", (16, 9)).save(paths[0])
        paths[1].touch()
        return paths

    monkeypatch.setattr(canvas, "save", dot)


def addresses(page: str, start: str = "") -> list[str]:
    """Addresses of a page's links and pictures that start so."""
    parser = Balanced()
    parser.feed(page)
    return [address for address in parser.addresses if address.startswith(start)]


def links(page: str) -> list[str]:
    return [address for address in addresses(page) if not address.startswith(("data:", "#"))]


def is_self_contained(page: str) -> bool:
    """Whether tags are balanced and nothing comes from outside the folder."""
    parser = Balanced()
    parser.feed(page)
    loads = re.search(r"https?://|@import|url\((?!#)|<script [^>]*src|<link", page)
    return not parser.open and not loads


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return folder, write(folder, frame(), ABOUT)


def test_files_are_where_they_are_said_to_be(written):
    folder, paths = written
    assert sorted(paths) == sorted(path for path in folder.rglob("*") if path.is_file())
    assert paths[0] == folder / "report.html"
    assert {path.suffix for path in paths} == {".html", ".png", ".svg", ".csv"}


def test_page_is_balanced_and_needs_nothing_from_outside(written):
    page = written[1][0].read_text(encoding="utf-8")
    assert is_self_contained(page)
    assert page.startswith("<!doctype html>")
    figures = list((written[0] / "figures").glob("*.svg"))
    assert len(addresses(page, "data:")) + page.count("<svg") == len(figures) == 8
    assert page.count("<svg") == 3  # losses, accuracy and three metrics, by rate
    shown = [each for each in addresses(page) if not each.startswith("#")]
    assert all(re.match(r"data:image/(svg\+xml|png);base64,", each) for each in shown)


def test_page_holds_facts_headline_tables_and_glossary(written):
    page = written[1][0].read_text(encoding="utf-8")
    for words in (
        "At rate 1 accuracy falls by",
        *ABOUT.values(),
        "Student t interval",
        "label_error",
    ):
        assert words in page
    loss = statistics.paired_loss(frame()).set_index("rate").loc[1.0]
    assert f"{100 * loss['mean']:.2f} [{100 * loss.low:.2f}, {100 * loss.high:.2f}]" in page


def test_facts_are_escaped(unwritten, tmp_path):
    page = write(tmp_path, frame((0.0,), steps=2), {"data": "<script>x</script>"})[0]
    assert "<script>" not in page.read_text(encoding="utf-8")


def test_same_generations_give_the_same_bytes_in_any_order(written, tmp_path):
    shuffled = frame().sample(frac=1, random_state=1)
    for old, new in zip(written[1], write(tmp_path, shuffled, ABOUT), strict=True):
        assert old.read_bytes() == new.read_bytes(), new.name


def test_tables_can_be_read_back(written):
    folder, _ = written
    generations = pd.read_csv(folder / "tables" / "generations.csv")
    pd.testing.assert_frame_equal(
        statistics.summary(generations), statistics.summary(frame()), check_exact=False
    )
    curve = pd.read_csv(folder / "tables" / "curve.csv")
    assert set(curve.metric) == {"accuracy", "roc_auc", "positive_share"}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (frame(replicates=1), "1 repetition: no interval"),
        (frame((1.0,)), "Rate 0 is not among the lineages"),
        (frame(collapse=True), "predicts one class only"),
        (
            frame().query("not (rate == 1 and replicate == 0 and generation > 2)"),
            "1 of 15 lineages",
        ),
        (pd.concat([frame(), frame(labelling="prior")]), "prior: At rate 1"),
        (frame((0.0,), steps=1), "no loss to show"),
        (frame().drop(columns=["f1", "label_error", "synthetic_share"]), "At rate 1"),
    ],
)
def test_page_says_what_is_missing_or_special(unwritten, tmp_path, rows, words):
    assert words in write(tmp_path, rows, {})[0].read_text(encoding="utf-8")


def test_terminal_table_is_aligned():
    rows = frame(ELEVEN)
    lines = end_table(rows, statistics.verdicts(rows), 0.005).as_text().splitlines()
    assert len(lines) == 12
    assert len({len(line) for line in lines}) == 1
    assert "accuracy" in lines[0]


def test_bad_input_is_one_line(tmp_path):
    with pytest.raises(DataError):
        write(tmp_path, frame().iloc[:0], ABOUT)
    (tmp_path / "file").touch()
    with pytest.raises(ParameterError, match="cannot be written"):
        write(tmp_path / "file", frame(), ABOUT)


def test_neither_mlflow_nor_optuna_is_imported():
    code = "import sys, mc.report; assert not {'mlflow', 'optuna'} & set(sys.modules)"
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


def lineages(stage, rows):
    facts = {"data": "reviews.parquet (9 reviews)", "backend": "logistic", "stage": stage}
    return StageResult(stage, facts, {"generations": rows})


SMALL = {"replicates": 3, "steps": 4, "sizes": (1_000, 10_000)}
STAGES = {
    "fine_rates": lineages("fine_rates", frame((0.0, 0.01, 0.03, 0.1), **SMALL)),
    "total_collapse": lineages(
        "total_collapse",
        pd.concat([frame((0.0, 1.0), **SMALL | {"sizes": (n, 50_000)}) for n in (80, 3_200)]),
    ),
    "training_size": lineages("training_size", frame((0.0,), **SMALL | {"sizes": (76, 9_000)})),
    "compare_backends": lineages(
        "compare_backends",
        pd.concat([frame(labelling=name, **SMALL) for name in ("argmax", "prior")]),
    ),
    "home_made": lineages("home_made", frame(**SMALL)),
}


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(list(STAGES), marks=pytest.mark.slow),
        ["compare_backends"],
        ["home_made", "training_size"],
        ["total_collapse"],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("drawn_fast")
def test_any_stages_give_balanced_pages_that_stand_alone(tmp_path, chosen):
    drawn = writer.write(tmp_path, [STAGES[name] for name in chosen])
    told = [each.page for each in drawn]
    paths = [tmp_path / writer.PAGE, *(path for each in drawn for path in each.files)]
    assert sorted(paths) == sorted(path for path in tmp_path.rglob("*") if path.is_file())
    pages = {path.name: path.read_text("utf-8") for path in paths if path.suffix == ".html"}
    names = [f"{page.name}.html" for page in told] if len(told) > 1 else [writer.PAGE]
    assert set(pages) == {writer.PAGE, *names}
    for page in pages.values():
        assert is_self_contained(page)
    for page, name in zip(told, names, strict=True):
        assert len(addresses(pages[name], "data:")) == len(page.sections)
        shown = map(str, map(jinja2.filters.escape, page.headlines))
        assert all(sentence in pages[name] for sentence in shown)


@pytest.mark.usefixtures("drawn_fast")
def test_the_index_and_its_pages_link_to_each_other_and_to_nothing_else(tmp_path):
    chosen = [STAGES[name] for name in ("home_made", "training_size")]
    told = [each.page for each in writer.write(tmp_path, chosen)]
    names = [f"{page.name}.html" for page in told]
    assert names == ["claims.html", "training_size.html", "home_made.html"]
    index = (tmp_path / writer.PAGE).read_text("utf-8")
    assert set(links(index)) == set(names)
    assert len(addresses(index, "data:")) == len([page for page in told if page.sections])
    for page, name in zip(told, names, strict=True):
        text = (tmp_path / name).read_text("utf-8")
        assert links(text) == [writer.PAGE, *names]
        assert str(jinja2.filters.escape(page.headlines[0])) in index
        assert f"tables/{name.removesuffix('.html')}/" in text


def test_a_page_names_its_number_or_the_first_of_its_headlines_stands_in_the_index(tmp_path):
    page = outline.build(STAGES["home_made"])
    number, bounds = cards.first_number(page.headlines)
    assert f"{number} {bounds}" in page.headlines[0]
    assert cards.card(page, "a.html", []).number == number
    named = replace(page, number="3 of 4")
    assert (cards.card(named, "a.html", []).number, cards.card(named, "a.html", []).bounds) == (
        "3 of 4",
        "",
    )


@pytest.mark.slow
def test_two_processes_write_the_bytes_of_one(tmp_path):
    stage_results = [STAGES["home_made"], STAGES["training_size"]]
    alone, together = (files(tmp_path / str(jobs), stage_results, jobs) for jobs in (1, 2))
    assert len(alone) == len(together) > 10
    for one, two in zip(alone, together, strict=True):
        assert one.relative_to(tmp_path / "1") == two.relative_to(tmp_path / "2")
        assert one.read_bytes() == two.read_bytes(), one


def test_a_page_of_many_rates_is_light(tmp_path):
    rows = frame(ELEVEN, replicates=18, steps=91, sizes=(1_000, 10_000))  # 198 lineages
    paths = files(tmp_path, [lineages("low_rates", rows)])
    assert paths[0].stat().st_size < 900_000
