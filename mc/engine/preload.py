"""What all workers need, imported once by the server that forks them.

Kept out of the garbage collector's sight: workers then share these pages untouched.
"""

import gc

gc.freeze()
