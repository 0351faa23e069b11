import re
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from mc import report, statistics
from mc.errors import DataError, ParameterError
from tests.fake_generations import ELEVEN, frame

ABOUT = {"data": "reviews.parquet", "stage": "collapse_rates", "backend": "logistic", "seed": "0"}


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


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return folder, report.write(folder, frame(), ABOUT)


def test_files_are_where_they_are_said_to_be(written):
    folder, paths = written
    assert sorted(paths) == sorted(path for path in folder.rglob("*") if path.is_file())
    assert paths[0] == folder / "report.html"
    assert {path.suffix for path in paths} == {".html", ".png", ".svg", ".csv"}


def test_page_is_balanced_and_needs_nothing_from_outside(written):
    page = written[1][0].read_text(encoding="utf-8")
    parser = Balanced()
    parser.feed(page)
    assert not parser.open
    assert page.startswith("<!doctype html>")
    assert len(parser.addresses) == 3
    assert all(address.startswith("data:image/svg+xml;base64,") for address in parser.addresses)
    assert not re.search(r"https?://|@import|url\(|<script", page)


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


def test_facts_are_escaped(tmp_path):
    page = report.write(tmp_path, frame((0.0,), steps=2), {"data": "<script>x</script>"})[0]
    assert "<script>" not in page.read_text(encoding="utf-8")


def test_same_generations_give_the_same_bytes_in_any_order(written, tmp_path):
    shuffled = frame().sample(frac=1, random_state=1)
    for old, new in zip(written[1], report.write(tmp_path, shuffled, ABOUT), strict=True):
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
def test_page_says_what_is_missing_or_special(tmp_path, rows, words):
    assert words in report.write(tmp_path, rows, {})[0].read_text(encoding="utf-8")


def test_terminal_table_is_aligned():
    lines = report.end_table(frame(ELEVEN)).splitlines()
    assert len(lines) == 12
    assert len({len(line) for line in lines}) == 1
    assert "accuracy" in lines[0]


def test_bad_input_is_one_line(tmp_path):
    with pytest.raises(DataError):
        report.write(tmp_path, frame().iloc[:0], ABOUT)
    (tmp_path / "file").touch()
    with pytest.raises(ParameterError, match="cannot be written"):
        report.write(tmp_path / "file", frame(), ABOUT)


def test_fifty_five_lineages_take_seconds(tmp_path):
    rows = frame(ELEVEN, steps=31)
    start = time.process_time()
    report.write(tmp_path, rows, ABOUT)
    assert time.process_time() - start < 5


def test_neither_mlflow_nor_optuna_is_imported():
    code = "import sys, mc.report; assert not {'mlflow', 'optuna'} & set(sys.modules)"
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)
