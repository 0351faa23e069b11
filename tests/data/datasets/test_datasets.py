"""The contract of datasets, over every file of the folder, and what `data` may name."""

import inspect

import pytest

from mc import plugins
from mc.data import datasets
from mc.errors import DataError, ParameterError
from mc.settings import declared

NAMES = plugins.names("datasets")


@pytest.mark.parametrize("name", NAMES)
def test_a_dataset_declares_what_the_house_needs(name):
    dataset = plugins.load("datasets", "data", name)
    parameters = declared(dataset.Parameters)
    assert all(parameter.help for parameter in parameters.values())
    for function in (dataset.fingerprint, dataset.load):
        taken = inspect.signature(function).parameters.values()
        keywords = {each.name for each in taken if each.kind != inspect.Parameter.VAR_KEYWORD}
        assert keywords in (set(parameters), set())


def test_the_simulator_is_found_by_name_with_its_settings():
    source = datasets.find("simulated", "rows=50,seed=3")
    corpus = source.load()
    assert len(corpus) == len(corpus.labels) == len(corpus.groups) == 50
    assert set(corpus.labels) == {0, 1}
    assert source.fingerprint == datasets.find("simulated", "seed=3,rows=50").fingerprint
    assert source.fingerprint != datasets.find("simulated", "rows=50").fingerprint


def test_a_file_is_found_by_its_path(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text("text,stars\ngood,5\nbad,1\n")
    assert len(datasets.find(str(path), "").load()) == 2


@pytest.mark.parametrize(
    ("data", "settings", "error", "message"),
    [
        ("simulated", "row=5", ParameterError, "did you mean 'rows'"),
        (
            "amazon",
            "",
            DataError,
            "neither a file here nor one of amazon_polarity, breast_cancer, di",
        ),
        ("no/such/file.csv", "", DataError, "no/such/file.csv"),
    ],
)
def test_what_is_not_there_is_named(data, settings, error, message):
    with pytest.raises(error, match=message):
        datasets.find(data, settings)
