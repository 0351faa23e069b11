"""Laws of files of ratings: tastes come back in nearly their order, and wrong files say why."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from test_recommender_lineage import SMALL

from experiments.recommender.lineage import world_of
from experiments.recommender.ratings import open_ratings
from experiments.recommender.world import simulated_tastes
from mc.errors import DataError, McError

USERS, ITEMS = 120, 80


@pytest.fixture(scope="module")
def tastes():
    return simulated_tastes(USERS, ITEMS, 2, 0.2, np.random.default_rng(0))


@pytest.fixture(scope="module")
def table(tastes):
    """Stars for two fifths of the cells, in any order."""
    rng = np.random.default_rng(1)
    user, item = np.nonzero(rng.random(tastes.shape) < 0.4)
    stars = np.clip(np.round(3 + tastes[user, item] + rng.normal(0, 0.3, len(user))), 1, 5)
    columns = {"userId": user + 1000, "movieId": item + 1000, "rating": stars, "timestamp": 0}
    return pd.DataFrame(columns).sample(frac=1, random_state=0)


def opened(path, users=1000, items=1000, **columns):
    asked = tuple((f"{role}_column", columns.get(role, "")) for role in ("user", "item", "rating"))
    open_ratings.cache_clear()
    return open_ratings(str(path), asked, users, items, 2)


@pytest.fixture(scope="module")
def whole(table, tmp_path_factory):
    path = tmp_path_factory.mktemp("ratings") / "ratings.csv"
    table.to_csv(path, index=False)
    return opened(path)


def test_ratings_of_known_tastes_give_nearly_their_order_back(whole, tastes):
    assert whole.tastes.shape == tastes.shape
    agreement = [spearmanr(*pair).statistic for pair in zip(whole.tastes, tastes, strict=True)]
    assert np.mean(agreement) > 0.9
    assert whole.completion.error < whole.completion.error_of_means
    assert whole.completion.filled == pytest.approx(0.4, abs=0.02)


def test_the_world_of_a_file_is_the_same_in_all_replicates(whole):
    worlds = [world_of(whole, SMALL, replicate) for replicate in (0, 1)]
    np.testing.assert_array_equal(worlds[0].chances, worlds[1].chances)
    assert spearmanr(worlds[0].chances[3], whole.tastes[3]).statistic == pytest.approx(1)


def test_every_kind_of_file_and_order_of_rows_is_the_same_data(table, whole, tmp_path):
    ordered = table.sort_values(["movieId", "userId"])
    ordered.to_parquet(tmp_path / "r.parquet")
    ordered.to_csv(tmp_path / "u.data", sep="\t", header=False, index=False)
    few = ordered.drop(columns="timestamp").astype(int)
    few.to_csv(tmp_path / "three.csv", header=False, index=False)
    other = {"userId": "who", "movieId": "what", "rating": "how"}
    ordered.rename(columns=other).to_csv(tmp_path / "named.csv.gz", index=False)
    named = {"user": "who", "item": "what", "rating": "how"}
    for name, columns in (("r.parquet", {}), ("u.data", {}), ("named.csv.gz", named)):
        assert opened(tmp_path / name, **columns).about["digest"] == whole.about["digest"]
    assert opened(tmp_path / "three.csv").about["digest"] == whole.about["digest"]


def test_of_a_large_file_the_most_rated_items_and_the_busiest_users_are_used(table, tmp_path):
    table.to_csv(tmp_path / "ratings.csv", index=False)
    part = opened(tmp_path / "ratings.csv", users=30, items=25)
    assert part.tastes.shape == (30, 25)
    counts = part.about["counts"]
    assert counts["read"] == len(table) > counts["used"]
    assert (counts["users"], counts["items"]) == (30, 25)
    chosen = table["movieId"].value_counts().nlargest(25, keep="all").index
    assert counts["used"] <= table["movieId"].isin(chosen).sum()


WRONG = {
    "no column": (lambda rows: rows.drop(columns="userId"), "no column for user"),
    "words": (lambda rows: rows.assign(rating="good"), "are no numbers, the first 'good' in row 1"),
    "a gap": (lambda rows: rows.assign(rating=[None, *rows["rating"][1:]]), "1 of 40 ratings in"),
    "no user": (lambda rows: rows.assign(userId=[None, *rows["userId"][1:]]), "nothing in column"),
    "few": (
        lambda rows: rows,
        "users and 1 items only; bring more: at least 20 users and 20 items",
    ),
    "all the same": (lambda rows: rows.assign(rating=3), "all ratings are 3, so they say nothing"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_file_that_cannot_be_used_is_one_line_that_says_what_to_do(table, tmp_path, kind):
    change, message = WRONG[kind]
    rows = table if kind == "all the same" else table[table["movieId"] == 1003].head(40)
    path = tmp_path / "ratings.csv"
    change(rows).to_csv(path, index=False)
    with pytest.raises(DataError, match=message) as error:
        opened(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_and_a_column_named_twice_are_one_line(table, tmp_path):
    table.to_csv(tmp_path / "ratings.csv", index=False)
    with pytest.raises(McError, match=r"ratings='.*none.csv' is no file; give the path"):
        opened(tmp_path / "none.csv")
    with pytest.raises(McError, match="name three columns"):
        opened(tmp_path / "ratings.csv", user="movieId", item="movieId")
