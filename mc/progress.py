"""Shows how far a stage is: a bar on a terminal, a line now and then elsewhere."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Protocol

from tqdm import tqdm

from mc import clock

SECONDS_BETWEEN_LINES = 15.0
SECONDS_BETWEEN_SIGNS = 5.0  # of life, while a corpus is read
REPORT_SECONDS = 0.3  # between a lineage's values in Optuna: fast generations are in MLflow anyway


class ProgressBar:
    """Counts generations (or what ``unit`` says) up to a total, with rate and time left."""

    def __init__(self, total: int, done: int, unit: str = "generations") -> None:
        self._on_terminal = sys.stderr.isatty()
        self._done, self._initial, self._total = done, done, total
        self._unit = f" {unit}"
        self._start = self._last_line = clock.monotonic()
        self._bar = tqdm(total=total, initial=done, unit=self._unit, disable=not self._on_terminal)

    def show(self, done: int) -> None:
        """Move to a count; never backwards, though a lost lineage starts again."""
        self._bar.update(max(0, done - self._done))
        self._done = max(done, self._done)
        now = clock.monotonic()
        if not self._on_terminal and now - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = now
            self._print_line()

    def close(self) -> None:
        """Leave the last state on the screen."""
        self._bar.close()
        if not self._on_terminal:
            self._print_line()

    def _print_line(self) -> None:
        line = tqdm.format_meter(
            self._done,
            self._total,
            clock.monotonic() - self._start,
            initial=self._initial,
            unit=self._unit,
            ncols=90,
            ascii=True,
        )
        print(line, file=sys.stderr, flush=True)


class Bar(Protocol):
    """A bar of tqdm."""

    def update(self, n: int) -> object:
        """Move on by n."""

    def close(self) -> None:
        """Leave the last state on the screen."""


def notebook_bar(total: int, unit: str, *, is_shown: bool) -> Bar:
    """A bar that a notebook shows as its own, where it can; else one of text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the notebook lacks widgets: a bar of text will do
        from tqdm.auto import tqdm as found  # noqa: PLC0415  (asks what a notebook can show)
    bar: Bar = found(total=total, unit=f" {unit}", disable=not is_shown)
    return bar


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Print a line now and then while something without steps takes long.

    Parameters
    ----------
    what : str
        What is going on, as ``reading reviews.csv``.
    """
    ended, start = Event(), clock.monotonic()

    def tell() -> None:
        while not ended.wait(SECONDS_BETWEEN_SIGNS):
            print(f"{what}: {clock.monotonic() - start:.0f} s so far", file=sys.stderr, flush=True)

    teller = Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


@dataclass
class Every:
    """Says yes at most once in so many seconds."""

    seconds: float
    since: float = field(default_factory=clock.monotonic)

    def is_due(self) -> bool:
        """Whether so many seconds have passed since it last said yes."""
        now = clock.monotonic()
        due = now - self.since >= self.seconds
        self.since = now if due else self.since
        return due
