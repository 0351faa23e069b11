"""Reviews among the tracking store's artifacts are reviews like others."""

from pathlib import Path

import pytest
from corpora import make_corpus

from mc.data import datasets
from mc.errors import DataError, TrackingError
from mc.tracking import artifacts, store

NO_SERVER = "an mlflow-artifacts URI was supplied, the tracking URI must be .* http"


def test_what_a_run_logged_is_the_same_corpus_as_the_files(stores, capsys):
    artifacts.register()
    write(Path("shards/reviews-0.csv"), 0)
    write(Path("shards/reviews-1.csv"), 1)
    client = store.connect()
    run = client.create_run("0").info.run_id
    client.log_artifacts(run, "shards", "shards")
    capsys.readouterr()
    for place in ("shards/reviews-0.csv", "shards/reviews-*.csv", "shards"):
        assert identity(f"runs:/{run}/{place}") == identity(place)
        assert identity(f"runs:/{run}/{place}") == identity(place)
    assert capsys.readouterr().out.count("fetching") == 3
    for address in (f"runs:/{run}/none.csv", "runs:/nothing/reviews.csv", "models:/m/1/x.csv"):
        with pytest.raises(DataError, match="is not there"):
            identity(address)
    with pytest.raises(TrackingError, match=NO_SERVER):
        identity("mlflow-artifacts:/0/reviews.csv")


def write(path: Path, seed: int) -> None:
    corpus = make_corpus(20, seed)
    rows = [f"{text},{label}" for text, label in zip(corpus.texts, corpus.labels, strict=True)]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["text,label", *rows]))


def identity(data: str) -> tuple[str, str]:
    source = datasets.find(data, "balance=false")
    return source.fingerprint, source.load().digest
