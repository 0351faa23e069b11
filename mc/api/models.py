"""The classifier that a user names or passes, as a backend with a name."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from mc.data.vectoriser import RAW
from mc.lineage import backends
from mc.lineage.backends import Backend
from mc.lineage.view import reads_raw
from mc.settings import Values
from mc.types import AnyEstimator


@dataclass(frozen=True, eq=False)
class Model:
    """A backend, by its name or as an object that travels to other processes.

    Parameters
    ----------
    name : str
        As conditions and frames name it.
    backend : Backend, optional
        Of an object; None where the name is enough to find it.
    parameters : mapping
        Settings of the backend.
    """

    name: str
    backend: Backend | None = None
    parameters: Values = field(default_factory=dict)

    def known(self) -> AbstractContextManager[None]:
        """Let the name stand for the object, within this process."""
        if self.backend is None:
            return nullcontext()
        return backends.named(self.name, self.backend)

    def seen(self, representation: str) -> str:
        """What rows are prepared for it: as asked, or raw texts where ``auto`` means these."""
        with self.known():
            return RAW if reads_raw(self.name, representation) else representation

    @property
    def identity(self) -> str:
        """What the results depend on, as a text."""
        return self.name if self.backend is None else repr(self.backend)


def model_of(model: AnyEstimator) -> Model:
    """The backend of a name, an import path, or an object like scikit-learn's classifiers.

    Raises
    ------
    ParameterError
        When there is no such backend, or the object is no classifier.
    """
    if isinstance(model, str):
        settings = backends.find(model, "model").Parameters()
        return Model(model, parameters=settings.values())
    from mc.lineage.backends._estimator import of_object  # noqa: PLC0415  (few need it)

    backend = of_object(model)
    return Model(backend.path, backend)
