"""No cure: the baseline of the others."""

from mc.text.reading import Apply, Origin, Reading


def prepare(origin: Origin) -> Apply:
    """Leave what is read unchanged."""

    def apply(reading: Reading) -> Reading:
        return reading

    return apply
