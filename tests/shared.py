"""What all processes of one test run share: each thing is made once, by the first that needs it."""

import os
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

PLACE = "MC_TESTS_SHARED"  # in the environment: the folder of this test run


def folder(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that ``make`` has filled; to be read, and never changed."""
    place = Path(os.environ[PLACE]) / name
    with FileLock(place.with_name(f"{name}.lock")):
        if not place.with_name(f"{name}.made").exists():
            place.mkdir()
            make(place)
            place.with_name(f"{name}.made").touch()
    return place
