"""Models of texts as users write them in a module of their own."""

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC


def pipeline(C=1.0, min_df=1):
    vectoriser = TfidfVectorizer(min_df=min_df)
    return Pipeline([("words", vectoriser), ("model", LogisticRegression(C=C))])


def margins():
    """Without probabilities."""
    return make_pipeline(TfidfVectorizer(), LinearSVC())


def own_words():
    """With a function that skops stores by name."""
    return make_pipeline(CountVectorizer(analyzer=halves), MultinomialNB())


def halves(text):
    return [text[: len(text) // 2], text[len(text) // 2 :]]
