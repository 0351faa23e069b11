"""The examples in docstrings run and show what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
FILES = [path for top in ("mc", "experiments") for path in sorted((HOUSE / top).rglob("*.py"))]
WITH_EXAMPLES = [path.relative_to(HOUSE) for path in FILES if ">>> " in path.read_text()]


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=str)
def test_examples_in_docstrings_show_what_they_say(path):
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.attempted > 0
    assert outcome.failed == 0
