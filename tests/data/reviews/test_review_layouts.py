"""Every layout of the same reviews gives the same corpus."""

import bz2
import csv
import gzip
import json
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from mc.data import reviews
from mc.data.reviews.layouts import AMAZON_US
from mc.types import Corpus

Review = tuple[int, str, str]  # stars, title, body

BODIES = [
    'It says "organic", but, well, it is not',
    "Worth every penny;\tI bought two | three",
    "First line\nsecond line",
    "Caf\u00e9 \u2013 na\u00efve \u2026 \U0001f600 works",
    "A line separator\u2028inside, and a next line\x85too",
    '"Quoted from start to end"',
    '"Starts with a quote',
    "Tom &amp; Jerry<br />forever",
    "Ends in a backslash\\",
    "Plain",
]
REVIEWS: list[Review] = [
    ((1, 5, 2, 4)[row % 4], f"Title {row}" if row % 3 else "Five Stars", f"{row} {body}")
    for row, body in enumerate(BODIES * 2)
]
POLARITY = {1: 0, 2: 0, 4: 1, 5: 1}


def one_line(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ")


def fasttext(rows: list[Review]) -> str:
    lines = (f"__label__{POLARITY[s] + 1} {title}: {one_line(body)}\n" for s, title, body in rows)
    return "".join(lines)


def zhang(rows: list[Review], label: Callable[[int], int]) -> str:
    def quoted(field: object) -> str:
        return '"' + str(field).replace('"', '""').replace("\n", "\\n") + '"'

    return "".join(
        ",".join(map(quoted, (label(stars), title, body))) + "\n" for stars, title, body in rows
    )


def zhang_polarity(rows: list[Review]) -> str:
    return zhang(rows, lambda stars: POLARITY[stars] + 1)


def zhang_full(rows: list[Review]) -> str:
    return zhang(rows, lambda stars: stars)


def amazon_us(rows: list[Review], header: bool) -> str:
    lines = [
        f"US\t0\tR{row}\tB{row}\t1\tA product\tBooks\t{stars}\t0\t0\tN\tY\t{title}\t"
        f"{one_line(body)}\t2015-08-03\n"
        for row, (stars, title, body) in enumerate(rows)
    ]
    return "\t".join(AMAZON_US) * header + "\n" * header + "".join(lines)


def mcauley(rows: list[Review], *names: str) -> str:
    stars_name, title_name, body_name = names
    return "".join(
        json.dumps({"asin": "B0", stars_name: float(s), title_name: title, body_name: body}) + "\n"
        for s, title, body in rows
    )


def mcauley_2018(rows: list[Review]) -> str:
    """Keys are missing where there is nothing to say, from the first line on."""
    lines = []
    for stars, title, body in rows:
        record = {"overall": str(float(stars)), "reviewText": body}
        lines.append(json.dumps(record if title == "Five Stars" else record | {"summary": title}))
    return "\n".join(lines)


def python_literals(rows: list[Review]) -> str:
    return "".join(
        f"{ {'overall': stars, 'summary': title, 'reviewText': body} }\n".replace("{ {", "{")
        for stars, title, body in rows
    )


def table(rows: list[Review], columns: str, **options: object) -> str:
    frame = pd.DataFrame(rows, columns=columns.split())
    return str(frame.to_csv(index=False, **options))  # type: ignore[call-overload]


def fine_foods(rows: list[Review]) -> str:
    return table(rows, "Score Summary Text")


def scrape(rows: list[Review]) -> str:
    written = [(f"{stars}.0 out of 5 stars", title, body) for stars, title, body in rows]
    return table(written, "Rating Title Review")  # type: ignore[arg-type]


def windows(rows: list[Review]) -> str:
    text = table([(s, t, b.replace("\n", " ")) for s, t, b in rows], "rating title text")
    return "\ufeff" + text.replace("\n", "\r\n")


def spark(rows: list[Review]) -> str:
    return table(
        [(stars, title, one_line(body)) for stars, title, body in rows],
        "stars title body",
        doublequote=False,
        escapechar="\\",
        quoting=csv.QUOTE_ALL,
    )


TEXTS: dict[str, Callable[[list[Review]], str]] = {
    "train.ft.txt": fasttext,
    "polarity.csv": zhang_polarity,
    "full.csv": zhang_full,
    "amazon_us.tsv": lambda rows: amazon_us(rows, header=False),
    "amazon_us_header.tsv": lambda rows: amazon_us(rows, header=True),
    "mcauley_2014.json": lambda rows: mcauley(rows, "overall", "summary", "reviewText"),
    "mcauley_2018.json": mcauley_2018,
    "mcauley_2023.jsonl": lambda rows: mcauley(rows, "rating", "title", "text"),
    "mcauley_loose.json": python_literals,
    "Reviews.csv": fine_foods,
    "datafiniti.csv": lambda rows: table(rows, "reviews.rating reviews.title reviews.text"),
    "scrape.csv": scrape,
    "windows.csv": windows,
    "semicolons.csv": lambda rows: table(rows, "stars title body", sep=";"),
    "quoted.tsv": lambda rows: table(rows, "stars title body", sep="\t"),
    "spark.csv": spark,
    "no_suffix": zhang_polarity,
}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    path = tmp_path_factory.mktemp("expected") / "reviews.parquet"
    frame = pd.DataFrame(REVIEWS, columns=["stars", "title", "body"])
    frame.to_parquet(path)
    corpus = reviews.read(str(path))
    assert len(corpus) == len(REVIEWS)
    assert corpus.counts["used"] == corpus.counts["read"] == len(REVIEWS)
    return corpus


def assert_same(path: Path, expected: Corpus, **settings: object) -> None:
    corpus = reviews.read(str(path), **settings)
    assert list(corpus.texts) == list(expected.texts)
    np.testing.assert_array_equal(corpus.labels, expected.labels)
    assert corpus.labels.dtype == np.int8


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_layout_gives_the_same_corpus(
    name: str, tmp_path: Path, expected: Corpus
) -> None:
    path = tmp_path / name
    path.write_text(TEXTS[name](REVIEWS), encoding="utf-8", newline="")
    assert_same(path, expected)


def test_the_parquet_of_hugging_face_gives_the_same_corpus(
    tmp_path: Path, expected: Corpus
) -> None:
    rows = [(POLARITY[stars], title, body) for stars, title, body in REVIEWS]
    path = tmp_path / "test-00000-of-00001.parquet"
    pd.DataFrame(rows, columns=["label", "title", "content"]).to_parquet(path)
    assert_same(path, expected)


@pytest.mark.parametrize("label", [("neg", "pos"), ("NEGATIVE", "Positive"), (False, True)])
def test_labels_in_words_give_the_same_corpus(
    label: tuple[object, object], tmp_path: Path, expected: Corpus
) -> None:
    rows = [(label[POLARITY[stars]], title, body) for stars, title, body in REVIEWS]
    path = tmp_path / "words.parquet"
    pd.DataFrame(rows, columns=["Sentiment", "title", "review"]).to_parquet(path)
    assert_same(path, expected)
    jsonl = tmp_path / "words.jsonl"
    pd.read_parquet(path).to_json(jsonl, orient="records", lines=True)
    assert_same(jsonl, expected)


def zipped(content: bytes, path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("__MACOSX/._reviews.csv", b"finder")
        archive.writestr("reviews.csv", content)


def zstandard(content: bytes, path: Path) -> None:
    with pa.output_stream(path) as sink, pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)


PACKERS: dict[str, Callable[[bytes, Path], object]] = {
    "gz": lambda content, path: path.write_bytes(gzip.compress(content)),
    "bz2": lambda content, path: path.write_bytes(bz2.compress(content)),
    "xz": lambda content, path: path.write_bytes(lzma.compress(content)),
    "zip": zipped,
    "zst": zstandard,
}


@pytest.mark.parametrize("layout", ["polarity.csv", "train.ft.txt", "mcauley_2018.json"])
@pytest.mark.parametrize("suffix", PACKERS)
def test_compression_changes_nothing(
    suffix: str, layout: str, tmp_path: Path, expected: Corpus
) -> None:
    path = tmp_path / f"{layout}.{suffix}"
    PACKERS[suffix](TEXTS[layout](REVIEWS).encode(), path)
    assert_same(path, expected)


def test_texts_stored_as_bytes_are_read(tmp_path: Path, expected: Corpus) -> None:
    rows = [(stars, title.encode(), body.encode()) for stars, title, body in REVIEWS]
    path = tmp_path / "bytes.parquet"
    pd.DataFrame(rows, columns=["stars", "title", "body"]).to_parquet(path)
    assert_same(path, expected)


def test_compressed_parquet_is_read(tmp_path: Path, expected: Corpus) -> None:
    plain = tmp_path / "plain.parquet"
    pd.DataFrame(REVIEWS, columns=["stars", "title", "body"]).to_parquet(plain)
    packed = tmp_path / "packed.parquet.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert_same(packed, expected)


def test_shards_give_the_corpus_of_the_whole(tmp_path: Path, expected: Corpus) -> None:
    for number, start in enumerate(range(0, len(REVIEWS), 7)):
        text = zhang_polarity(REVIEWS[start : start + 7])
        (tmp_path / f"shard-{number}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "readme.md").write_text("not reviews")
    assert_same(tmp_path / "shard-*.csv", expected)
    assert_same(tmp_path, expected)
    assert reviews.read(str(tmp_path / "shard-*.csv")).name == "shard-*.csv"
    assert reviews.read(str(tmp_path)).name == tmp_path.name


def test_shards_of_one_class_each_are_understood_together(tmp_path: Path, expected: Corpus) -> None:
    negative = [review for review in REVIEWS if not POLARITY[review[0]]]
    positive = [review for review in REVIEWS if POLARITY[review[0]]]
    for name, rows in (("a", negative), ("b", positive)):
        (tmp_path / f"{name}.csv").write_text(zhang_polarity(rows), encoding="utf-8")
    corpus = reviews.read(str(tmp_path))
    assert set(corpus.texts) == set(expected.texts)


def test_files_of_different_layouts_keep_their_own_scales(tmp_path: Path, expected: Corpus) -> None:
    (tmp_path / "a.csv").write_text(zhang_polarity(REVIEWS[:10]), encoding="utf-8")
    rows = [(POLARITY[stars], title, body) for stars, title, body in REVIEWS[10:]]
    pd.DataFrame(rows, columns=["label", "title", "content"]).to_parquet(tmp_path / "b.parquet")
    assert_same(tmp_path, expected)


def test_small_blocks_change_nothing(
    tmp_path: Path, expected: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mc.data.reviews.files.BLOCK", 300)
    monkeypatch.setattr("mc.data.reviews.reading.ROWS", 3)
    for name in ("train.ft.txt", "polarity.csv", "quoted.tsv", "mcauley_2014.json", "windows.csv"):
        (tmp_path / name).write_text(TEXTS[name](REVIEWS), encoding="utf-8", newline="")
        assert_same(tmp_path / name, expected)


def test_paths_resolve_at_home_and_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: Corpus
) -> None:
    (tmp_path / "polarity.csv").write_text(zhang_polarity(REVIEWS), encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert reviews.read("~/polarity.csv").name == "polarity.csv"
    assert_same(Path("polarity.csv"), expected)


def test_a_name_with_brackets_is_a_file_before_it_is_a_pattern(
    tmp_path: Path, expected: Corpus
) -> None:
    path = tmp_path / "reviews[1].csv"
    path.write_text(zhang_polarity(REVIEWS), encoding="utf-8")
    assert_same(path, expected)


def test_groups_are_short_names_of_product_slices(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    sources = ["us_books/Books", "Electronics,Tablets,Computers", None, 7]
    rows = [
        {"stars": 5, "text": f"text {row}", "source": source} for row, source in enumerate(sources)
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    corpus = reviews.read(str(path), balance=False)
    assert corpus.groups.tolist() == ["Books", "Electronics", "", ""]


def test_named_columns_are_used_instead_of_the_usual(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("text,stars,Meinung,gut\nignored,5,schlecht,0\nignored,1,schoen,1\n")
    corpus = reviews.read(str(path), text_column="meinung", label_column="gut")
    assert list(corpus.texts) == ["schlecht", "schoen"]
    assert corpus.labels.tolist() == [0, 1]


def test_a_title_can_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "titles.csv"
    path.write_text("stars,title,text\n5,Kindle,good\n1,Kindle,bad\n")
    assert list(reviews.read(str(path), title_column="-").texts) == ["good", "bad"]
