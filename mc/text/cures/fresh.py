"""Fresh human text: a share of the written texts gives way to human ones of the same places."""

from pydantic import Field

from mc.settings import Settings
from mc.text.reading import Apply, Origin, Reading


class Parameters(Settings):
    """Settings of the cure."""

    share: float = Field(0.1, ge=0, le=1, description="share of the written texts")


def prepare(origin: Origin, *, share: float) -> Apply:
    """Replace a random share of the written texts, which is nested in the share.

    A place that is human once is human in every later generation that reads it, and is spent once.
    """

    def apply(reading: Reading) -> Reading:
        return reading.humanised(reading.draws < share)

    return apply
