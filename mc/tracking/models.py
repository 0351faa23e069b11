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

import mlflow.pyfunc
import numpy as np
import sklearn
from mlflow.models import Model, ModelSignature
from mlflow.types.schema import ColSpec, Schema
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from mc import plugins
from mc.data.features import Features
from mc.data.vectoriser import Vectoriser
from mc.lineage.loop import TextClassifier
from mc.types import AnyCorpus, AnyModel, Array

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
    """Classifiers of a backend, kept as pipelines from raw text.

    Parameters
    ----------
    backend : str
        Name of the plug-in.
    """

    backend: str

    def open(self, corpus: AnyCorpus) -> "ModelWriter":
        """The writer for a `mc.lineage.corpus.ClassifierCorpus`."""
        return ModelWriter(corpus.features, self.backend)

    @property
    def trusted_types(self) -> Sequence[str]:
        """Of the backend."""
        types: Sequence[str] = plugins.load("backends", "backend", self.backend).trusted_types
        return types


class ModelWriter:
    """Writes classifiers of one corpus and backend."""

    model_type = "classifier"

    def __init__(self, features: Features, backend: str) -> None:
        self._terms = features.terms
        self._vectoriser: Vectoriser | None = None  # of the newest model
        self._trusted = [
            "numpy.ravel",
            *plugins.load("backends", "backend", backend).trusted_types,
        ]
        libraries = [*REQUIREMENTS, *(["lightgbm"] if backend == "lightgbm" else [])]
        pins = [f"{library}=={version(library)}" for library in libraries]
        if installed := plugins.version("backends", backend):
            pins.append(installed.replace(" ", "=="))
        self._side_files = {
            "requirements.txt": "\n".join(pins) + "\n",
            "python_env.yaml": PYTHON_ENV.format(python_version()),
        }

    def write(self, folder: Path, model: TextClassifier, run_id: str, model_id: str) -> None:
        """Write all files of a logged model into an existing folder."""
        import skops.io  # noqa: PLC0415  (a slow import that a stage with nothing to write does without)

        self._read_with(model.vectoriser)
        pipeline = Pipeline([*self._text_steps, ("classifier", model.classifier)])
        archive = _compressed(skops.io.dumps(pipeline), self._shared)
        (folder / "model.skops").write_bytes(archive)
        for name, text in self._side_files.items():
            (folder / name).write_text(text)
        logged = Model(run_id=run_id, model_id=model_id, signature=SIGNATURE)
        mlflow.pyfunc.add_to_model(
            logged,
            loader_module="mlflow.sklearn",
            model_path="model.skops",
            python_env="python_env.yaml",
            predict_fn="predict",
        )
        logged.add_flavor(
            "sklearn",
            pickled_model="model.skops",
            sklearn_version=sklearn.__version__,
            serialization_format="skops",
            code=None,
            skops_trusted_types=self._trusted,
        )
        logged.model_size_bytes = (folder / "model.skops").stat().st_size
        logged.save(str(folder / "MLmodel"))

    def _read_with(self, vectoriser: Vectoriser) -> None:
        """Make the steps before the classifier, unless the last model had the same."""
        import skops.io  # noqa: PLC0415  (as above)

        before, self._vectoriser = self._vectoriser, vectoriser
        if vectoriser is before:
            return
        text_steps = vectoriser.text_steps(self._terms)
        self._text_steps = [("flatten", FunctionTransformer(np.ravel)), *text_steps]
        if before is None or vectoriser.columns is not before.columns:  # it has other terms
            steps = skops.io.dumps(Pipeline(self._text_steps[:2]))
            self._shared = _compressed(steps, without="schema.json")

    def size(self, model: TextClassifier) -> int:
        """Bytes that a logged model takes on disk."""
        with tempfile.TemporaryDirectory() as folder:
            self.write(Path(folder), model, "0" * 32, "m-" + "0" * 32)
            return sum(file.stat().st_size for file in Path(folder).iterdir())


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
