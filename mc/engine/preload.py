"""What all workers need, imported once by the server that forks them.

Kept out of the garbage collector's sight: workers then share these pages untouched.
"""

# ruff: noqa: E402
import gc

from mc.processes import collect_rarely

collect_rarely()

import mc.engine.queue.preload
import mc.engine.worker
import mc.tracking.preload  # noqa: F401

gc.freeze()
