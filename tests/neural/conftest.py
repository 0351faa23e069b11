"""Tests of what needs the extra `neural`: run by ``uv run --extra neural pytest tests/neural``."""

import os
from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("jax") else ["test_*.py"]
os.environ["TOKENIZERS_PARALLELISM"] = "false"
