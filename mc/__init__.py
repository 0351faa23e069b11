"""The model-collapse laboratory: what happens to a classifier trained on its own labels.

>>> import mc
>>> from sklearn.datasets import load_digits
>>> from sklearn.naive_bayes import GaussianNB
>>> X, y = load_digits(return_X_y=True)
>>> study = mc.collapse(X, y, model=GaussianNB(), rates=[0, 1], repetitions=3, progress=False)
>>> study.effects()[["rate", "verdict"]]
   rate    verdict
0   0.0  reference
1   1.0    harmful

Nothing is imported until it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mc.api.certificate import Certificate as Certificate
    from mc.api.certificate import tolerable_rate as tolerable_rate
    from mc.api.collapse import collapse as collapse
    from mc.api.study import Study as Study

_HOMES = {
    "Certificate": "mc.api.certificate",
    "Study": "mc.api.study",
    "collapse": "mc.api.collapse",
    "tolerable_rate": "mc.api.certificate",
}
__all__ = ["Certificate", "Study", "collapse", "tolerable_rate"]


def __getattr__(name: str) -> object:
    """Import what a notebook asks for; all else is found in the packages below."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """What `dir` and completion show."""
    return sorted([*globals(), *__all__])
