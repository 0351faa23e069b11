"""Tests of what needs an extra: ``uv run --extra neural --extra text pytest tests/neural``."""

import os
from importlib.util import find_spec

NEEDED = {"test_neural_lineage.py": "jax", "test_transformer.py": "jax"}
NEEDED["test_wordllama.py"] = "wordllama"
collect_ignore = [file for file, library in NEEDED.items() if not find_spec(library)]
os.environ["TOKENIZERS_PARALLELISM"] = "false"
