"""What all workers need, imported once by the server that forks them.

Kept out of the garbage collector's sight: workers then share these pages, and nobody walks them.
"""

import gc

import mc.search.preload
import mc.tracking.preload
import mc.worker  # noqa: F401

gc.freeze()
