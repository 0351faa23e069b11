"""Workers begin at once: the server that forks them has imported what they need."""

import subprocess
import sys

from laboratory import ROOT, put_stores

WORKER = """
import sys
import mc.engine.preload

known = set(sys.modules)

import mc.engine.worker
from mc.engine import queue
from mc.tracking import store

store.connect()
queue.open_study("sqlite:///optuna.db", "any")
print(*set(sys.modules) - known)
"""


def test_a_forked_worker_imports_nothing(tmp_path, monkeypatch):
    put_stores(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    command = [sys.executable, "-c", WORKER]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    late = [name for name in done.stdout.split() if not name.startswith("mlflow.store.")]
    assert not late  # but for the migrations that MLflow looks at
