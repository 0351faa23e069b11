"""Measure on real reviews what the simulator needs: words and topics, as aggregated figures.

Reads reviews, writes the two tables beside ``mc/data/datasets/simulated.py``. No review, name or
identifier leaves it: only words that many reviews share, with their frequencies and log-odds.

    python -m scripts.measure_words path/to/reviews.parquet
"""

import csv
import html
import re
from pathlib import Path

import click
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

FOLDER = Path(__file__).parents[1] / "mc" / "data" / "datasets"
WORD = r"(?<![\w'])[a-z]+(?:'[a-z]+)?(?!\w)"
MAX_WORD_LENGTH = 16  # longer ones are typing games
ENGLISH = ("the", "and", "it", "is", "to", "a", "this", "for", "of", "my", "in", "not", "was", "i")
ENGLISH_COMPANY = 0.7  # share of a word's reviews that hold one of these other words
PROPER_NOUN = 0.5  # share of capitals inside sentences
TOPICS = {  # last part of `source` -> product slice; the rest is "home"
    "Digital_Software": "software",
    "Grocery_and_Gourmet_Food": "grocery",
    "Fine_Foods": "grocery",
    "Books": "books",
    "Amazon_devices": "devices",
    "Streaming_devices": "devices",
    "Apps_for_Android": "apps",
    "Clothing_scrape": "clothing",
    "AMAZON_FASHION": "clothing",
    "Beauty_etc": "clothing",
    "All_Beauty": "clothing",
    "Digital_Music": "music",
    "Musical_Instruments": "music",
    "Earphones_IN": "electronics",
    "Electronics": "electronics",
    "SD_card": "electronics",
    "Phones_IN": "electronics",
    "Unlocked_Mobile": "electronics",
}


def read_reviews(path: Path, seed: int) -> pd.DataFrame:
    """Read reviews as ``text``, ``label``, ``topic``; both classes equally often, no 3 stars."""
    table = pd.read_parquet(path).dropna(subset=["label"])
    rarer = table.label.value_counts().min()
    table = (
        table.groupby("label").sample(rarer, random_state=seed).sample(frac=1, random_state=seed)
    )
    text = (table.title.fillna("") + " " + table.body.fillna("")).map(clean)
    topic = table.source.str.split("/").str[-1].map(TOPICS).fillna("home")
    return pd.DataFrame({"text": text, "label": table.label.astype(int), "topic": topic})


def clean(text: str) -> str:
    """Remove HTML tags and entities."""
    return re.sub(r"<[^>]{0,50}>", " ", html.unescape(text)).replace("’", "'")


def count_words(texts: "pd.Series[str]", min_reviews: int) -> tuple[csr_matrix, NDArray[np.str_]]:
    """Count words that enough reviews share, (n, V) csr, in falling order of those reviews."""
    vectoriser = CountVectorizer(token_pattern=WORD, min_df=min_reviews)
    X = vectoriser.fit_transform(texts)
    words = vectoriser.get_feature_names_out().astype(str)
    single = (np.char.str_len(words) == 1) & ~np.isin(words, ["i", "a"])
    keep = ~single & (np.char.str_len(words) <= MAX_WORD_LENGTH)
    keep &= ~is_proper_noun(texts, words) & is_english(X, words)
    order = np.argsort(-np.bincount(X.indices, minlength=X.shape[1]), kind="stable")
    order = order[keep[order]]
    return X[:, order].tocsr(), words[order]


def is_proper_noun(texts: "pd.Series[str]", words: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Tell the words that are mostly capitalised after a lower-case word: names and brands."""
    inside = re.compile(r"(?<=[a-z] )[A-Za-z]+(?:'[a-z]+)?")
    vectoriser = CountVectorizer(
        lowercase=False, tokenizer=inside.findall, token_pattern=None, dtype=np.int64
    )
    total = np.asarray(vectoriser.fit_transform(texts).sum(0)).ravel()
    seen = dict(zip(vectoriser.get_feature_names_out(), total, strict=True))
    capital = np.array([seen.get(word.capitalize(), 0) for word in words])
    small = np.array([seen.get(word, 0) for word in words])
    own = np.char.startswith(words, "i'") | (words == "i")  # I'm, I've
    named: NDArray[np.bool_] = (capital > PROPER_NOUN * (capital + small)) & ~own
    return named


def is_english(X: csr_matrix, words: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Tell the words that keep English company in their reviews."""
    present = X.astype(bool).astype(np.int64).tocsr()
    common = np.flatnonzero(np.isin(words, ENGLISH))
    company = np.asarray(present[:, common].sum(1)).ravel()  # (n,)
    reviews = np.bincount(present.indices, minlength=len(words))
    in_company = np.bincount(
        present.indices, company[np.repeat(np.arange(len(company)), np.diff(X.indptr))] > 0
    )
    share: NDArray[np.bool_] = in_company >= ENGLISH_COMPANY * reviews
    return share


def class_topic_counts(
    X: csr_matrix, label: NDArray[np.int_], topic: NDArray[np.str_]
) -> tuple[NDArray[np.float64], list[str]]:
    """Sum word counts, (topics, 2, V), topics in falling order of their reviews."""
    names = pd.Series(topic).value_counts().index.tolist()
    sums = [[X[(topic == t) & (label == c)].sum(0).A1 for c in (0, 1)] for t in names]
    return np.array(sums, dtype=float), names


def log_odds(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of how much likelier a word is in positive reviews of the same topic, (V,).

    The Mantel-Haenszel estimate over topics, so that a topic with mostly positive reviews does
    not make its words positive; half a use is added to either side, and words with few uses
    shrink towards 0.
    """
    totals = counts.sum(2, keepdims=True)  # (T, 2, 1)
    both = totals.sum(1)  # (T, 1)
    positive = (counts[:, 1] * totals[:, 0] / both).sum(0)
    negative = (counts[:, 0] * totals[:, 1] / both).sum(0)
    uses = counts.sum((0, 1))
    raw = np.log((positive + 0.5) / (negative + 0.5))
    shrunk: NDArray[np.float64] = raw * uses / (uses + 5)
    return shrunk


def topic_digits(counts: NDArray[np.float64], min_uses: int = 300) -> list[str]:
    """Write a word's frequency in each topic, over its overall one, as digits: 2^(digit-5).

    Words with fewer uses get an empty string, which reads as no preference.
    """
    uses = counts.sum(1)  # (T, V)
    overall = uses.sum(0) / uses.sum()
    rate = (uses + 50 * overall) / (uses.sum(1, keepdims=True) + 50)
    digits = np.clip(np.round(np.log2(rate / overall)) + 5, 0, 9).astype(int)
    enough = uses.sum(0) >= min_uses
    return [
        "".join(map(str, column)) if ok else "" for column, ok in zip(digits.T, enough, strict=True)
    ]


def write_words(path: Path, words: NDArray[np.str_], counts: NDArray[np.float64]) -> None:
    """Write one line a word: uses per ten million words, log-odds, topic digits."""
    uses = counts.sum((0, 1))
    frequency = np.maximum(1, np.round(uses / uses.sum() * 1e7)).astype(int)
    odds = log_odds(counts)
    with path.open("w", newline="", encoding="ascii") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["word", "per_10_million", "log_odds", "topics"])
        for row in zip(words, frequency, odds, topic_digits(counts), strict=True):
            word, often, value, digits = row
            places = 2 if digits else 1
            writer.writerow([word, often, f"{round(value, places) + 0:g}", digits])


def write_topics(path: Path, reviews: pd.DataFrame, lengths: NDArray[np.int_]) -> None:
    """Write one line for each topic and class: share of all reviews, mean and sd of log length."""
    table = reviews.assign(log_length=np.log(np.maximum(lengths, 1)))
    rows = table.groupby(["topic", "label"]).log_length.agg(["size", "mean", "std"]).reset_index()
    rows["share"] = (rows.pop("size") / len(table)).round(4)
    rows = rows.rename(columns={"mean": "log_length_mean", "std": "log_length_sd"}).round(3)
    order = table.topic.value_counts().index.tolist()
    rows = rows.sort_values("topic", key=lambda names: names.map(order.index), kind="stable")
    rows.to_csv(path, index=False)


@click.command()
@click.argument("parquet", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--min-reviews", default=20, help="Keep words that so many reviews share.")
@click.option("--max-words", default=11_000, help="Keep the most widespread.")
@click.option("--seed", default=0, help="Which positive reviews balance the negative ones.")
@click.option("--folder", default=FOLDER, type=click.Path(path_type=Path), help="Where to write.")
def main(parquet: Path, min_reviews: int, max_words: int, seed: int, folder: Path) -> None:
    """Measure words and topics on PARQUET (columns title, body, label, source)."""
    reviews = read_reviews(parquet, seed)
    X, words = count_words(reviews.text, min_reviews)
    lengths = reviews.text.str.lower().str.count(WORD).to_numpy()
    X, words = X[:, :max_words], words[:max_words]
    label, topic = reviews.label.to_numpy(), reviews.topic.to_numpy(str)
    counts, _ = class_topic_counts(X, label, topic)
    write_words(folder / "_words.csv", words, counts)
    write_topics(folder / "_topics.csv", reviews, lengths)
    click.echo(f"{len(reviews)} reviews, {len(words)} words, {lengths.mean():.1f} words a review")


if __name__ == "__main__":
    main()
