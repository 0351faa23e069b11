"""A generation's classifier as a model that MLflow loads and that predicts from raw texts.

Written in MLflow's scikit-learn flavour with skops, so that loading it runs no code of the file's.
"""

import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Protocol
from zipfile import ZIP_DEFLATED, ZipFile

import cloudpickle
import mlflow.pyfunc
import numpy as np
import sklearn
from mlflow.models import Model, ModelSignature
from mlflow.types.schema import Array as ArrayType
from mlflow.types.schema import ColSpec, DataType, Schema, TensorSpec
from pandas.api.types import is_numeric_dtype
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from mc import plugins
from mc.data.features import Features
from mc.data.raw_texts import RawTexts
from mc.data.table import Numbers, Table
from mc.errors import ParameterError
from mc.lineage import backends
from mc.lineage.loop import TrainedModel
from mc.tracking.trust import untrusted
from mc.types import AnyCorpus, AnyModel, Array, Prepared, PreparedRows, Representer

REQUIREMENTS = ("mlflow", "numpy", "pandas", "scikit-learn", "scipy", "skops")
PYTHON_ENV = "python: {}\ndependencies:\n- -r requirements.txt\n"
# One unnamed text column: MLflow then takes a list, an array, a series or any one-column frame.
SIGNATURE = ModelSignature(Schema([ColSpec("string")]), Schema([ColSpec("long")]))


class Writer(Protocol):
    """Writes the models of one corpus."""

    model_type: str  # as MLflow shows it

    def write(self, folder: Path, model: AnyModel, run_id: str, model_id: str) -> None:
        """Write all files of a logged model into an existing folder."""


class Models(Protocol):
    """How the models of a job are kept: hashable, and small enough to travel to workers."""

    def open(self, corpus: AnyCorpus) -> Writer:
        """The writer for an opened corpus."""

    @property
    def trusted_types(self) -> Sequence[str]:
        """Types beyond scikit-learn's own that a model, or a checkpoint of it, consists of."""


@dataclass(frozen=True)
class ClassifierModels:
    """Classifiers of a backend, kept as pipelines from what users have: texts, or rows of a table.

    Parameters
    ----------
    backend : str
        Name of the plug-in, or import path.
    representation : str
        What they see of a row.
    allow_pickle : bool
        Whether models that skops cannot store safely are kept as pickles.
    """

    backend: str
    representation: str = "auto"
    allow_pickle: bool = False

    def open(self, corpus: AnyCorpus) -> "ModelWriter":
        """The writer for a `mc.lineage.corpus.ClassifierCorpus`."""
        return ModelWriter(corpus.features, self.backend, allow_pickle=self.allow_pickle)

    @property
    def trusted_types(self) -> Sequence[str]:
        """Of the backend."""
        return trusted_types(self.backend)


def trusted_types(backend: str) -> Sequence[str]:
    """Types of a backend's models beyond scikit-learn's own; ``package.*`` is all of a package.

    The package that a user names by an import path is trusted, since its code runs anyway.
    """
    found = backends.find(backend)
    if not backends.is_import_path(backend):
        return found.trusted_types
    return (*found.trusted_types, f"{found.package}.*")  # type: ignore[attr-defined]


class ModelWriter:
    """Writes classifiers of one corpus and backend."""

    model_type = "classifier"

    def __init__(self, features: PreparedRows, backend: str, *, allow_pickle: bool = False) -> None:
        self._rows, self._backend, self._allow_pickle = features, backend, allow_pickle
        self._signature = _signature(features)
        self._representer: Representer | None = None  # of the newest model
        self._trusted = ["numpy.ravel", "numpy.dtype", *trusted_types(backend)]
        more = getattr(backends.find(backend), "libraries", ())
        libraries = [*dict.fromkeys((*REQUIREMENTS, *more))]
        pins = [f"{library}=={version(library)}" for library in libraries]
        if installed := plugins.version("backends", backend):
            pins.append(installed.replace(" ", "=="))
        self._side_files = {
            "requirements.txt": "\n".join(pins) + "\n",
            "python_env.yaml": PYTHON_ENV.format(python_version()),
        }

    def write(self, folder: Path, model: TrainedModel, run_id: str, model_id: str) -> None:
        """Write all files of a logged model into an existing folder.

        Raises
        ------
        ParameterError
            When it has types that are not trusted, and pickles are not allowed.
        """
        self._read_with(model.representer)
        pipeline = Pipeline([*self._steps, ("classifier", model.classifier)])
        content, types = self._stored(pipeline)
        name = "model.pkl" if types is None else "model.skops"
        (folder / name).write_bytes(content)
        for side_file, text in self._side_files.items():
            (folder / side_file).write_text(text)
        logged = Model(run_id=run_id, model_id=model_id, signature=self._signature)
        if model.n_classes > 2:
            logged.metadata = {"classes": list(self._rows.classes)}
        mlflow.pyfunc.add_to_model(
            logged,
            loader_module="mlflow.sklearn",
            model_path=name,
            python_env="python_env.yaml",
            predict_fn="predict",
        )
        logged.add_flavor(
            "sklearn",
            pickled_model=name,
            sklearn_version=sklearn.__version__,
            serialization_format="cloudpickle" if types is None else "skops",
            code=None,
            skops_trusted_types=types,
        )
        logged.model_size_bytes = (folder / name).stat().st_size
        logged.save(str(folder / "MLmodel"))

    def _stored(self, pipeline: Pipeline) -> tuple[bytes, list[str] | None]:
        """A pipeline as a file, and the types to trust when it is read; None where it is a pickle.

        Types of our own backends are known; those of others are looked for.
        """
        import skops.io  # noqa: PLC0415  (a slow import that a stage with nothing to write does without)

        plain = skops.io.dumps(pipeline)
        if not backends.is_import_path(self._backend):
            return _compressed(plain, self._shared), self._trusted
        types = skops.io.get_untrusted_types(data=plain)
        unsafe = untrusted(types, self._trusted)
        if not unsafe:
            return _compressed(plain, self._shared), list(types)
        if self._allow_pickle:
            return cloudpickle.dumps(pipeline), None
        raise ParameterError(
            f"models of backend={self._backend} hold types that cannot be stored safely "
            f"({', '.join(unsafe[:5])}); use log_models=none to keep no models, or "
            "allow_pickle=true to keep them as pickles, which run code of whoever wrote the file "
            "when they are loaded"
        )

    def _read_with(self, representer: Representer) -> None:
        """Make the steps before the classifier, unless the last model had the same."""
        import skops.io  # noqa: PLC0415  (as above)

        before, self._representer = self._representer, representer
        if representer is before:
            return
        steps = representer.steps(getattr(self._rows, "terms", np.empty(0, str)))
        is_text = isinstance(self._rows, Features | RawTexts)
        self._steps = [("flatten", FunctionTransformer(np.ravel)), *steps] if is_text else steps
        if before is None or _terms_of(representer) is not _terms_of(before):
            shared = skops.io.dumps(Pipeline(self._steps[:2]))
            self._shared = _compressed(shared, without="schema.json") if is_text else b""

    def size(self, model: TrainedModel) -> int:
        """Bytes that a logged model takes on disk."""
        with tempfile.TemporaryDirectory() as folder:
            self.write(Path(folder), model, "0" * 32, "m-" + "0" * 32)
            return sum(file.stat().st_size for file in Path(folder).iterdir())


def _signature(rows: PreparedRows) -> ModelSignature:
    """What a model takes and gives: a text, or the columns of a table; the number of a class."""
    if not isinstance(rows, Table):
        return SIGNATURE
    return ModelSignature(Schema(columns_of_table(rows)), SIGNATURE.outputs)


def columns_of(corpus: Prepared) -> Schema:
    """What the rows of a corpus hold: a text, numbers, or the columns of a table; and a label."""
    rows = getattr(corpus, "features", corpus)
    seen = columns_of_table(rows) if isinstance(rows, Table) else [ColSpec("string", "text")]
    if isinstance(rows, Numbers):
        seen = [ColSpec(ArrayType(DataType.double), "numbers")]
    return Schema([*seen, ColSpec("long", "label")])


def columns_of_table(table: Table) -> list[ColSpec | TensorSpec]:
    """Numbers or words by name; a value may be missing."""
    return [
        ColSpec("double" if is_numeric_dtype(table.frame[name]) else "string", name, required=False)
        for name in table.frame
    ]


def _terms_of(representer: Representer) -> object:
    """The columns of a vectoriser: two with the same have the same terms."""
    return getattr(representer, "columns", representer)


def _compressed(plain: bytes, shared: bytes = b"", *, without: str = "") -> bytes:
    """Compress an archive of skops.

    Parameters
    ----------
    plain : bytes
        The archive, not compressed.
    shared : bytes
        A compressed archive of members that most models have in common. They are most of a model's
        bytes, and are not compressed again where the archive holds every one of them.
    without : str
        Name of a member that is left out.
    """
    target = io.BytesIO(shared)
    with (
        ZipFile(io.BytesIO(plain)) as source,
        ZipFile(target, "a", ZIP_DEFLATED, compresslevel=1) as compressed,
    ):
        if not _members(compressed) <= _members(source):
            return _compressed(plain)
        for name in set(source.namelist()) - {*compressed.namelist(), without}:
            compressed.writestr(name, source.read(name))
    return target.getvalue()


def _members(archive: ZipFile) -> set[tuple[str, int, int]]:
    """Name, checksum and size of what an archive holds; skops is free in its choice of names."""
    return {(member.filename, member.CRC, member.file_size) for member in archive.infolist()}


class ArrayWriter:
    """Writes models that are arrays; MLflow loads them with a function of ours, and no pickle.

    Parameters
    ----------
    model_type : str
        As MLflow shows it: ``writer``, ``ranker``.
    loader : str
        Name of the module whose ``_load_pyfunc(path)`` returns an object with ``predict``.
    arrays_of : callable
        From a model to the arrays that are kept.
    """

    def __init__(
        self, model_type: str, loader: str, arrays_of: Callable[[AnyModel], Mapping[str, Array]]
    ) -> None:
        self.model_type, self._loader, self._arrays_of = model_type, loader, arrays_of
        pins = [f"{library}=={version(library)}" for library in ("mlflow", "numpy", "pandas")]
        self._side_files = {
            "requirements.txt": "\n".join(pins) + "\n",
            "python_env.yaml": PYTHON_ENV.format(python_version()),
        }

    def write(self, folder: Path, model: AnyModel, run_id: str, model_id: str) -> None:
        """Write all files of a logged model into an existing folder."""
        np.savez_compressed(folder / "model.npz", **self._arrays_of(model))  # type: ignore[arg-type]
        for name, text in self._side_files.items():
            (folder / name).write_text(text)
        logged = Model(run_id=run_id, model_id=model_id)
        mlflow.pyfunc.add_to_model(
            logged, loader_module=self._loader, data="model.npz", python_env="python_env.yaml"
        )
        logged.model_size_bytes = (folder / "model.npz").stat().st_size
        logged.save(str(folder / "MLmodel"))
