"""The clock by which the laboratory waits; a test puts its own in this one's place."""

import time


def monotonic() -> float:
    """Seconds since some moment in the past."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait so long."""
    time.sleep(seconds)
