"""Laws of the checks: what they are blind to, what they see, and that they do not cry wolf."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest, mannwhitneyu, permutation_test

from experiments.audit import copies, diversity, labels, pollution, two_sample
from experiments.audit.permuting import compare, ranks
from experiments.audit.sides import Part, Sides, compose, matching
from experiments.audit.usefulness import usefulness
from mc.lineage import backends
from mc.lineage.loop import Condition
from mc.text.reviews import Reviews

WIDTH = 120
TERMS = np.arange(3, WIDTH)
CLASSIFIER = Condition(
    (1,),
    backend_params=backends.find("logistic").Parameters().values(),
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def write(many: int, seed: int, words: slice = slice(43, WIDTH)) -> Part:
    """Reviews of nine plain words and three of twenty that speak for their class."""
    draws = rng(seed)
    labels_ = (draws.random(many) < 0.5).astype(np.int8)
    tokens = draws.integers(words.start, words.stop, (many, 12))
    opinion = np.where(
        labels_[:, None] == 1,
        draws.integers(3, 27, (many, 3)),
        draws.integers(19, 43, (many, 3)),
    )
    tokens[:, :3] = opinion
    tokens = draws.permuted(tokens, axis=1).astype(np.int32)
    return Part(Reviews.of_lengths(tokens.ravel(), np.full(many, 12)), labels_)


def sides(human: Part, suspect: Part, seed: int = 0) -> Sides:
    return compose(human, suspect, terms=TERMS, width=WIDTH, rng=rng(seed))


def relabelled(part: Part, share: float, seed: int = 9) -> Part:
    """A share of labels given at random."""
    draws = rng(seed)
    chosen = draws.random(len(part)) < share
    random = draws.integers(0, 2, len(part)).astype(np.int8)
    return Part(part.reviews, np.where(chosen, random, part.labels))


def test_normal_limit_and_permutations_agree_with_a_permutation_of_all_rows():
    values, suspect = rng(1).normal(size=400), np.arange(400) % 3 == 0
    values[suspect] += 0.15
    strata = np.zeros(400, np.int64)
    given = {"tail": "two-sided", "rng": rng(2)}
    drawn = compare(values, suspect, strata, permutations=4_999, **given)
    limit = compare(values, suspect, strata, **given)

    def gap(x, y, axis):
        return x.mean(axis) - y.mean(axis)

    truth = permutation_test(
        (values[suspect], values[~suspect]), gap, vectorized=True, n_resamples=4_999, rng=3
    )
    assert drawn.effect == limit.effect == pytest.approx(truth.statistic)
    assert limit.spread == pytest.approx(truth.null_distribution.std(), rel=0.05)
    assert limit.p == pytest.approx(truth.pvalue, abs=0.03)
    assert drawn.p == pytest.approx(truth.pvalue, abs=0.03)


def test_strata_are_compared_with_themselves_only():
    strata = np.repeat([0, 1], 300)
    suspect = rng(0).random(600) < np.where(strata == 1, 0.8, 0.2)
    values = strata * 10 + rng(1).normal(size=600)  # larger where more are suspect
    assert compare(values, suspect, strata, tail="larger", rng=rng()).p > 0.01
    assert compare(values, suspect, 0 * strata, tail="larger", rng=rng()).z > 10


def test_values_that_do_not_vary_say_nothing():
    same = compare(np.ones(20), np.arange(20) < 9, np.zeros(20, int), tail="larger", rng=rng())
    assert (same.effect, same.p, same.z) == (0.0, 1.0, 0.0)


def test_mean_ranks_are_the_area_under_the_curve():
    values = rng(0).integers(0, 9, 200).astype(float)  # many ties
    suspect = rng(1).random(200) < 0.4
    found = compare(
        ranks(values, np.zeros(200)), suspect, np.zeros(200, int), tail="larger", rng=rng()
    )
    u = mannwhitneyu(values[suspect], values[~suspect]).statistic
    assert found.effect + 0.5 == pytest.approx(u / suspect.sum() / (~suspect).sum())


def test_class_shares_are_made_alike_by_leaving_out_human_reviews():
    human = Part(write(900, 0).reviews, (np.arange(900) % 3 == 0).astype(np.int8))
    suspect = Part(write(400, 1).reviews, (np.arange(400) % 4 > 0).astype(np.int8))
    both = sides(human, suspect)
    assert both.suspect.sum() == 400
    kept = both.labels[~both.suspect]
    assert kept.mean() == pytest.approx(0.75, abs=0.002)
    assert len(matching(human.labels, np.ones(5, np.int8))) == 300


@pytest.fixture(scope="module")
def nulls() -> list[dict[str, float]]:
    """p-values of audits of human reviews against human reviews."""
    found = []
    for seed in range(25):
        both = sides(write(400, 100 + seed), write(400, 300 + seed), seed)
        words = two_sample.by_words(both, CLASSIFIER)
        tests = {
            "words": words.test(both, rng(seed), 0),
            "style": two_sample.by_style(both)[0].test(both, rng(seed), 0),
            **labels.tests(both, CLASSIFIER, rng(seed), 0),
            **diversity.tests(both),
        }
        found.append({name: test.p for name, test in tests.items()})
    return found


def test_p_values_of_human_against_human_reviews_are_uniform(nulls):
    for name in nulls[0]:
        if name != "repetition":  # of so few reviews often none
            assert kstest([each[name] for each in nulls], "uniform").pvalue > 0.001, name
        assert np.mean([each[name] < 0.1 for each in nulls]) < 0.3, name


def test_a_part_is_scored_without_looking_at_its_sides():
    both = sides(write(500, 0), write(500, 1))
    swapped = both.suspect.copy()
    last = both.ends[-2]
    swapped[last:] = ~swapped[last:]
    other = replace(both, suspect=swapped)
    for score in (lambda each: two_sample.by_words(each, CLASSIFIER), by_style):
        assert np.array_equal(score(both).scores, score(other).scores)


def by_style(both: Sides) -> two_sample.Scored:
    return two_sample.by_style(both)[0]


def test_other_words_are_seen_by_words_and_leave_labels_alone():
    shifted = write(1_500, 1, slice(43, WIDTH - 30))
    both = sides(write(1_500, 0), shifted)
    words = two_sample.by_words(both, CLASSIFIER)
    assert words.test(both, rng(), 999).p == 0.001
    found = labels.tests(both, CLASSIFIER, rng(), 0)
    assert min(test.p for test in found.values()) > 0.001
    assert diversity.tests(both)["vocabulary"].p < 0.2


def test_given_labels_are_seen_by_labels_and_leave_words_alone():
    both = sides(write(1_500, 0), relabelled(write(1_500, 1), 0.5))
    words = two_sample.by_words(both, CLASSIFIER)
    found = labels.tests(both, CLASSIFIER, rng(), 999)
    assert found["label_fit"].p == 0.001
    assert found["label_fit"].effect < 0  # they follow the text less
    assert words.test(both, rng(), 0).p > 0.001


def test_labels_that_shift_the_class_shares_leave_the_texts_alone():
    human, suspect = write(1_500, 0), write(1_500, 1)
    biased = np.where(rng(2).random(1_500) < 0.5, 1, suspect.labels).astype(np.int8)
    suspect = Part(suspect.reviews, biased)
    given = {"terms": TERMS, "width": WIDTH, "rng": rng()}
    both, alike = (compose(human, suspect, **given, matched=each) for each in (False, True))
    assert two_sample.by_words(both, CLASSIFIER).test(both, rng(), 0).p > 0.001
    assert two_sample.by_style(both)[0].test(both, rng(), 0).p > 0.001
    assert labels.tests(alike, CLASSIFIER, rng(), 0)["label_fit"].p < 1e-6


def test_fewer_reviews_of_a_class_leave_the_labels_alone():
    human, suspect = write(1_500, 0), write(2_000, 1)
    chosen = (suspect.labels == 1) | (rng(2).random(2_000) < 0.4)
    both = sides(human, suspect.take(np.flatnonzero(chosen)))
    assert min(test.p for test in labels.tests(both, CLASSIFIER, rng(), 0).values()) > 0.001


def test_a_reversed_rule_is_another_rule():
    suspect = write(1_500, 1)
    flipped = Part(
        suspect.reviews, np.where(rng(2).random(1_500) < 0.5, 1 - suspect.labels, suspect.labels)
    )
    both = sides(write(1_500, 0), flipped)
    found = labels.tests(both, CLASSIFIER, rng(), 0)
    assert found["label_rule"].p < 1e-6


def test_copies_are_those_that_brute_force_finds():
    part = write(300, 0)
    tokens = part.reviews.tokens.reshape(300, 12).copy()
    tokens[200:220, :11] = tokens[:20, :11]  # all but the last word
    tokens[230:240, :4] = tokens[20:30, :4]  # too little
    reviews = Reviews.of_lengths(tokens.ravel(), np.full(300, 12))
    groups = copies.find(reviews).groups
    like = np.zeros((300, 300), bool)
    sets = [{tuple(row[at : at + 4]) for at in range(9)} for row in tokens.tolist()]
    for one in range(300):
        for two in range(one):
            like[one, two] = len(sets[one] & sets[two]) >= 0.5 * len(sets[one] | sets[two])
    assert like.sum() == 20
    assert {tuple(sorted(pair)) for pair in np.argwhere(like).tolist()} == {
        tuple(np.flatnonzero(groups == group).tolist()) for group in set(groups[groups >= 0])
    }


def test_copies_within_the_suspect_and_of_human_reviews_are_told_apart():
    suspect = np.arange(300) >= 150
    within, across = np.full((2, 300), copies.ALONE)
    within[150:170] = within[170:190] = np.arange(20)
    across[150:170] = across[:20] = np.arange(20)
    for groups, seen, unseen in (
        (within, "copies", "copied_human"),
        (across, "copied_human", "copies"),
    ):
        found = copies.Copies(groups).tests(suspect, rng(), 199)
        assert found[seen].p <= 0.01
        assert found[unseen].p > 0.5
    assert copies.Copies(within).shares(suspect)["copies_in_suspect"] == pytest.approx(40 / 150)


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_the_share_is_estimated_with_its_interval(share):
    human, fresh = write(1_500, 0), write(1_500, 1)
    written = write(1_500, 2, slice(43, WIDTH - 30))
    chosen = np.arange(1_500) + 1_500 * (rng(3).random(1_500) < share)
    mixed = Part(
        Reviews.join([fresh.reviews, written.reviews]).take(chosen),
        np.concatenate([fresh.labels, written.labels])[chosen],
    )
    found = pollution.estimate(
        human,
        mixed,
        write(600, 4, slice(43, WIDTH - 30)),
        terms=TERMS,
        width=WIDTH,
        classifier=CLASSIFIER,
        confidence=0.99,
        rng=rng(),
    )
    assert found.low <= share <= found.high
    assert found.high - found.low < 0.3
    assert 0 <= found.likeliest <= 1
    assert found.separation > 0.2


def test_training_on_nonsense_costs_accuracy_and_on_human_reviews_none():
    human = write(1_500, 0)
    fine = usefulness(sides(human, write(1_500, 1)), CLASSIFIER, rng())
    bad = usefulness(sides(human, relabelled(write(1_500, 1), 0.9)), CLASSIFIER, rng())
    assert fine.low < 0 < fine.high
    assert bad.low > 0.02
    assert bad.human - bad.suspect == pytest.approx(bad.loss)
    assert fine.test_size == pytest.approx(450, abs=20)
