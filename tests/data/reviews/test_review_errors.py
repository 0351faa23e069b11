"""What is wrong with a file is told in one line that names the file and the remedy."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mc.data import reviews
from mc.errors import DataError, McError, ParameterError

GOOD = "stars,text\n5,good thing\n1,bad thing\n"


def tar(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo("train.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def parquet(columns: str, *rows: tuple[object, ...]) -> bytes:
    buffer = io.BytesIO()
    pd.DataFrame(list(rows), columns=columns.split()).to_parquet(buffer)
    return buffer.getvalue()


junk = np.random.default_rng(0).bytes(5000)
BROKEN: dict[str, tuple[bytes, str]] = {
    "empty.csv": (b"", "is empty"),
    "empty.csv.gz": (gzip.compress(b""), "is empty"),
    "blank.txt": (b" \n\n", "is empty"),
    "header_only.csv": (b"stars,text\n", "none of 0 rows"),
    "empty.parquet": (parquet("stars text"), "none of 0 rows"),
    "junk.csv": (junk, "binary"),
    "junk.bin": (b"\x01\x02" + junk, "binary"),
    "utf16.csv": (GOOD.encode("utf-16"), "UTF-16"),
    "cut.csv.gz": (gzip.compress(GOOD.encode() * 9)[:-9], "cannot be read"),
    "cut.parquet": (parquet("stars text", (5, "a"))[:-20], "cannot be read"),
    "bad.zip": (b"PK\x03\x04 and then nothing", "cannot be read"),
    "page.csv": (b"<!DOCTYPE html><html>log in</html>", "HTML"),
    "pointer.parquet": (b"version https://git-lfs.github.com/spec/v1\n", "LFS"),
    "archive.tar.gz": (tar(GOOD.encode()), "tar archive"),
    "array.json": (b'[{"stars": 5, "text": "a"}]', "one object a line"),
    "pretty.json": (b'{\n  "stars": 5,\n  "text": "a"\n}\n', "one object a line"),
    "prose.txt": (b"Dear reader,\nthis is no table.\n", "no table|no column"),
    "no_text.csv": (b"stars,rank\n5,1\n", "review_body"),
    "no_stars.csv": (b"text,rank\ngood,1\n", "star_rating"),
    "no_header.csv": (b"good thing,five\nbad thing,one\n", "header"),
    "no_ratings.csv": (b"stars,text\nx,good\n,bad\n", "no_rating 2"),
    "only_threes.csv": (b"stars,text\n3,good\n3,bad\n", "three_stars 2"),
    "no_words.csv": (b"stars,text\n5,<br>\n1,\n", "no_text 2"),
    "lists.parquet": (parquet("stars text", (5, ["a"]), (1, ["b"])), "no_text 2"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_without_reviews_is_a_clear_error(name: str, tmp_path: Path) -> None:
    content, expected = BROKEN[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=expected) as caught:
        reviews.read(str(path))
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_none_usable_says_what_was_found_and_why(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("stars,text,mood\nx,good,1\n3,bad,2\n")
    with pytest.raises(DataError) as caught:
        reviews.read(str(path))
    for part in ("2 rows", "no_rating 1", "three_stars 1", "mood", "text_column"):
        assert part in str(caught.value)


@pytest.mark.parametrize("pattern", ["nothing.csv", "nothing-*.csv", "**/nothing", "empty_folder"])
def test_a_pattern_without_files_is_a_clear_error(
    pattern: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty_folder").mkdir()
    (tmp_path / "empty_folder/readme.md").write_text("no reviews")
    for ask in (reviews.read, reviews.fingerprint):
        with pytest.raises(DataError, match=r"nothing|empty_folder"):
            ask(pattern)


def test_a_file_that_may_not_be_read_is_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise PermissionError(13, "Permission denied")  # file modes do not stop root

    path = tmp_path / "secret.csv"
    path.write_text(GOOD)
    monkeypatch.setattr(Path, "open", refuse)
    for ask in (reviews.read, reviews.fingerprint):
        with pytest.raises(DataError, match=r"secret\.csv cannot be read: .*Permission denied"):
            ask(str(path))


def test_a_wrong_column_is_answered_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "good.csv"
    path.write_text(GOOD)
    for role in ("text", "title", "stars", "label", "group"):
        with pytest.raises(ParameterError, match="did you mean 'text'"):
            reviews.read(str(path), **{f"{role}_column": "txet"})


def test_a_wrong_parameter_is_answered_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "good.csv"
    path.write_text(GOOD)
    with pytest.raises(ParameterError, match="balance"):
        reviews.read(str(path), balanced=True)


def test_a_zip_with_several_files_names_them(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("train.csv", GOOD)
        archive.writestr("test.csv", GOOD)
    with pytest.raises(DataError, match=r"train\.csv, test\.csv"):
        reviews.read(str(tmp_path / "two.zip"))


MALFORMED: dict[str, str] = {
    "rows.csv": 'stars,text\n5,good thing\n5,"a, b",c\n1\n1,bad thing\n',
    "rows.tsv": "stars\ttext\n5\tgood thing\n5\tone\ttoo many\nlonely\n1\tbad thing\n",
    "rows.jsonl": '{"stars": 5, "text": "good thing"}\n{"stars": 5, "te\n[1]\n'
    '{"stars": 1, "text": "bad thing"}\n',
    "rows.ft.txt": "__label__2 good thing\nno label\n__lab\n__label__1 bad thing\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_lines_are_counted_and_left_out(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(MALFORMED[name])
    corpus = reviews.read(str(path))
    assert list(corpus.texts) == ["good thing", "bad thing"]
    assert corpus.counts["malformed"] == 2
    assert corpus.counts["read"] == 4


LATIN: dict[str, Callable[[bytes], bytes]] = {
    "rows.csv": lambda word: b"stars,text\n5,good " + word + b"\n1,bad\n",
    "rows.tsv": lambda word: b"stars\ttext\n5\tgood " + word + b"\n1\tbad\n",
    "rows.jsonl": lambda word: b'{"stars":5,"text":"good ' + word + b'"}\n{"stars":1,"text":"bad"}',
    "rows.ft.txt": lambda word: b"__label__2 good " + word + b"\n__label__1 bad\n",
}


@pytest.mark.parametrize("name", LATIN)
def test_bytes_that_are_no_utf8_are_replaced_and_counted(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(LATIN[name]("caf\u00e9".encode("latin-1")))
    corpus = reviews.read(str(path))
    assert list(corpus.texts) == ["good caf\ufffd", "bad"]
    assert corpus.counts["invalid_characters"] == 1


def test_a_replacement_character_of_the_writer_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("stars,text\n5,caf\ufffd \n1,bad ".encode() + b"\xff\n")
    assert reviews.read(str(path)).counts["invalid_characters"] == 1


def test_half_characters_in_json_do_not_crash(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"stars": 5, "text": "good \\ud83d"}\n{"stars": 1, "text": "bad"}\n')
    corpus = reviews.read(str(path))
    assert list(corpus.texts) == ["good ?", "bad"]


@pytest.mark.parametrize("quote_in_row", [3, 40])
def test_a_quote_that_never_closes_does_not_swallow_the_file(
    quote_in_row: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mc.data.reviews.layouts.HEAD", 100)
    path = tmp_path / "rows.tsv"
    rows = [f"{(5, 1)[row % 2]}\t{chr(34) * (row == quote_in_row)}text {row}" for row in range(50)]
    path.write_text("stars\ttext\n" + "\n".join(rows) + "\n")
    assert len(reviews.read(str(path))) == 50


def test_every_error_is_of_the_family() -> None:
    with pytest.raises(McError):
        reviews.read("/nowhere/at/all.csv")
