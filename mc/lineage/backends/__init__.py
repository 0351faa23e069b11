"""Classifier families: one file each, named by the file, or any estimator by its import path.

A file declares

``representation``
    Its features (`mc.data.vectoriser.Representation`).
``Parameters``
    The settings in ``backend_params``, with named groups of settings as ``presets``.
``space`` (optional)
    Parameters that evolution mutates and the model search tries, with their ranges
    (`mc.lineage.space`).
``stronger`` (optional)
    Parameters that regularise it, each with a power: the strategy ``regularise`` multiplies a
    parameter by ``strength**power``.
``least_with_pairs`` (optional)
    Minimum values of settings for training sets in which reviews occur with both labels.
``trusted_types``
    Types of its logged model that are not scikit-learn's.
``libraries`` (optional)
    Distributions beyond scikit-learn that its logged model needs.
``fit(X, y, *, seed, previous, **parameters)``
    A fitted scikit-learn classifier. ``y`` (m,) holds two classes or more, not all of the corpus's
    where some have vanished; ``previous`` is the classifier of the previous generation, or None: a
    start for the solver, which may change the result within the solver's tolerance only.
    Deterministic, on one thread. ``X`` is sparse for texts, an array for tables.

    Optional: a parameter ``weights=None``, (m,) above 0, the weight of each row. It is passed only
    if weights differ; without it, strategies that weigh rows are refused.

An import path, ``backend=sklearn.naive_bayes:MultinomialNB``, gives the same from a class, a
function or an object that is a scikit-learn classifier (`mc.lineage.backends._estimator`). A
program may give an object a name for a while (`named`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from typing import TYPE_CHECKING, Protocol

from mc import plugins

if TYPE_CHECKING:
    from mc.data.vectoriser import Representation
    from mc.types import AnySetting, AnySettings, Classifier, Labels, Matrix


_named: dict[str, "Backend"] = {}  # objects of this process, before files of the same name


class Backend(Protocol):
    """What a backend declares at least."""

    @property
    def representation(self) -> "Representation": ...
    @property
    def Parameters(self) -> "AnySettings": ...  # noqa: N802  (a class, of a file)
    @property
    def trusted_types(self) -> tuple[str, ...]: ...
    def fit(
        self,
        X: "Matrix",
        y: "Labels",
        *,
        seed: int,
        previous: "Classifier | None",
        **parameters: "AnySetting",
    ) -> "Classifier": ...


def is_import_path(name: str) -> bool:
    """Whether a backend is named by where to import it from, ``package.module:attribute``."""
    return ":" in name


@contextmanager
def named(name: str, backend: Backend) -> Iterator[None]:
    """Let a name stand for a backend within this process, until the ``with`` block ends."""
    before = _named.get(name)
    _named[name] = backend
    try:
        yield
    finally:
        del _named[name]
        if before is not None:
            _named[name] = before


def find(name: str, parameter: str = "backend") -> Backend:
    """The backend of a name or an import path.

    Parameters
    ----------
    parameter : str
        What the user set to it, for messages.

    Raises
    ------
    ParameterError
        When there is none: names those that there are, or says what cannot be imported.
    """
    if name in _named:
        return _named[name]
    if is_import_path(name):
        from mc.lineage.backends._estimator import imported  # noqa: PLC0415  (few need it)

        return imported(name, parameter)
    module: Backend = plugins.load("backends", parameter, name)
    return module


def takes_weights(backend: Backend) -> bool:
    """Whether a backend supports weights of rows."""
    declared: bool | None = getattr(backend, "takes_weights", None)
    return "weights" in signature(backend.fit).parameters if declared is None else declared


def is_foreign(backend: Backend) -> bool:
    """Whether a backend is an estimator of somewhere else, and not written for the laboratory."""
    return bool(getattr(backend, "is_foreign", False))


def identity(name: str) -> str:
    """What stands for the code of a backend of an import path; empty for a file of ours."""
    return find(name).version if is_import_path(name) else ""  # type: ignore[attr-defined]
