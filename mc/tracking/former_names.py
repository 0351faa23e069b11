"""Names of metrics in stores of earlier versions, which `report` and reruns still read.

>>> current("monitor", "slice 3"), current("monitor", "entropy slice 0")
('accuracy/slice_3', 'prediction_entropy/slice_0')
>>> current("distributions", "share German shepherd")
'share/german_shepherd'
>>> current("collapse_rates", "accuracy")
'accuracy'
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")
Rule = tuple[str, str | Callable[[re.Match[str]], str]]
# Stage to rules, applied in order: what a name matched, and what takes its place.
FORMER: Mapping[str, tuple[Rule, ...]] = {
    "monitor": (
        (r"^entropy\b", "prediction_entropy"),
        (r"^slice (\d+)$", r"accuracy/slice_\1"),
        (r"^(\w+) slice (\d+)$", r"\1/slice_\2"),
    ),
    "text_collapse": ((r"^entropy$", "word_entropy"),),
    "distributions": (
        (r"^entropy(_se)?$", r"share_entropy\1"),
        (r"^share (.+)$", lambda found: f"share/{found[1].lower().replace(' ', '_')}"),
    ),
}


def current(stage: str, name: str) -> str:
    """The name that a metric of a stage has now; one that has not changed stays as it is."""
    for pattern, new in FORMER.get(stage, ()):
        name = re.sub(pattern, new, name)
    return name


def current_names(stage: str, metrics: Mapping[str, T]) -> dict[str, T]:
    """Metrics under the names that they have now."""
    return {current(stage, name): value for name, value in metrics.items()}
