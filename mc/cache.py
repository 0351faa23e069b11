"""Where everything lies that can be made or fetched again. Knows nothing of what it is."""

import errno
import os
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)  # no room on the disk, or none that this user may have


def cache_root() -> Path:
    """The folder that ``MC_CACHE`` names, else the user's cache folder."""
    from pooch import os_cache  # noqa: PLC0415  (a slow import that workers do not need)

    return Path(os.environ.get("MC_CACHE") or os_cache("model-collapse-lab"))
