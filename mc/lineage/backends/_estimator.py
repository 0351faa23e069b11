"""An estimator with scikit-learn's ``fit`` as a backend: by its import path, or as an object.

``sklearn.svm:LinearSVC`` names a class, ``my_module:make_model`` a function that returns an
estimator, ``my_module:model`` an estimator. Programs pass the object itself (`of_object`). What is
ours stays with our backends: an estimator is cloned and fitted anew in every generation, on one
thread, and knows nothing of the one before.
"""

import ast
import hashlib
import importlib
import importlib.metadata
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils import get_tags
from sklearn.utils.validation import has_fit_parameter

from mc.data.vectoriser import RAW, Representation
from mc.errors import EstimatorError, McError, ParameterError
from mc.processes import launch_folder
from mc.settings import unknown
from mc.types import AnyEstimator, AnySetting, Array, Classifier, Labels, Matrix

FOLDS = 5  # of the calibration of an estimator without probabilities
MAX_DENSE = 4e9  # bytes of a matrix for estimators that take no sparse one
THREADS = ("n_jobs", "nthread", "num_threads", "thread_count")
ONE_THREAD = 1


class Adapted(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted estimator whose rows, classes or methods are not those that the lineage has.

    Parameters
    ----------
    estimator : estimator
        Fitted.
    classes_ : (k,) int
        What its classes 0, 1, ... stand for: some estimators want them without gaps.
    is_dense : bool
        Whether sparse rows become an array first.
    """

    def __init__(self, estimator: AnyEstimator, classes_: Array, is_dense: bool) -> None:
        self.estimator, self.classes_, self.is_dense = estimator, classes_, is_dense

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def fit(self, X: Matrix, y: Array) -> "Adapted":
        """Fit the estimator anew on rows and classes of the lineage's kind."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        self.estimator.fit(X.toarray() if self.is_dense and issparse(X) else X, codes)
        return self

    def predict_proba(self, X: Matrix) -> NDArray[np.floating]:
        """Class probabilities, (m, k)."""
        rows = X.toarray() if self.is_dense and issparse(X) else X
        probability: NDArray[np.floating] = self.estimator.predict_proba(rows)
        return probability

    def predict(self, X: Matrix) -> Array:
        """The likeliest class of each row, (m,)."""
        classes: Array = self.classes_[self.predict_proba(X).argmax(1)]
        return classes


class EstimatorParameters:
    """The parameters of an estimator as a backend's ``Parameters``: all it has, set by name.

    Parameters
    ----------
    known : mapping
        Name to default of each.
    given : mapping
        Those that the user set.
    takes_any : bool
        Whether others can be set as well: of a function with ``**kwargs``.
    """

    def __init__(
        self,
        known: Mapping[str, AnySetting],
        given: Mapping[str, AnySetting] | None = None,
        *,
        takes_any: bool = False,
    ) -> None:
        self.known, self.given, self.takes_any = known, dict(given or {}), takes_any

    def __call__(self) -> "EstimatorParameters":
        """Nothing set, as a class of settings gives its defaults."""
        return EstimatorParameters(self.known)

    def read(self, given: Mapping[str, object], prefix: str = "") -> "EstimatorParameters":
        """Check names, and read texts as Python's literals: ``0.5``, ``None``, ``True``, ``l1``.

        Raises
        ------
        ParameterError
            Names the nearest parameter that the estimator has.
        """
        for name in given:
            if name not in self.known and not self.takes_any:
                raise unknown(prefix or "parameter", name, self.known)
        return EstimatorParameters(self.known, {name: _literal(at) for name, at in given.items()})

    def read_text(self, text: str, name: str) -> "EstimatorParameters":
        """Read ``"alpha=0.5,fit_prior=False"``; raises as `read` does."""
        given: dict[str, object] = {}
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            key, equals, value = (piece.strip() for piece in part.partition("="))
            if key in self.known and not equals:
                raise ParameterError(f"{name}={key!r} lacks a value; write {key}=...")
            given[key] = value
        return self.read(given, name)

    def values(self) -> dict[str, AnySetting]:
        """Names and values of those that the user set; all others keep their defaults."""
        return dict(self.given)


def _literal(value: object) -> AnySetting:
    """A text as the number, truth value or None that it stands for, else as it is."""
    if not isinstance(value, str):
        return value
    try:
        found = ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return value
    return found if found is None or isinstance(found, int | float | str) else value


class ImportedBackend:
    """An estimator as a backend, see `mc.lineage.backends`.

    Parameters
    ----------
    path : str
        As the user wrote it; of an object its name.
    source : class, function or estimator
        What it names.
    module : module
        Where that lies.
    parameter : str
        What the user set to it, for messages.
    """

    trusted_types: tuple[str, ...] = (
        "collections.OrderedDict",
        "collections.defaultdict",
        "mc.lineage.backends._estimator.Adapted",
        "sklearn.*",  # skops knows the public names alone
    )
    is_foreign = True

    def __init__(
        self, path: str, source: AnyEstimator, module: ModuleType, parameter: str = "backend"
    ) -> None:
        self.path, self._source, self._parameter = path, source, parameter
        self.package = module.__name__.partition(".")[0]
        self.version = _version(module)
        self._own, self._threads = _own_parameters(source), dict[str, AnySetting]()
        blank = self._made({})
        settable = _parameters_of(blank)
        self._threads = {
            name: ONE_THREAD for name in self._own if name in THREADS and name not in settable
        }
        known = {**self._own, **settable}
        self.Parameters = EstimatorParameters(known, takes_any=_takes_any(source))
        self.representation = Representation(RAW if _reads_texts(blank) else "tfidf")
        self.takes_weights = has_fit_parameter(blank, "sample_weight")
        self.libraries = _distributions(self.package)
        self._check(blank)

    def fit(
        self,
        X: Matrix,
        y: Labels,
        *,
        seed: int,
        previous: Classifier | None = None,
        weights: NDArray[np.floating] | None = None,
        **parameters: AnySetting,
    ) -> Classifier:
        """Clone and fit, on one thread; rows of a class too rare to calibrate with are left out."""
        model = _on_one_thread(self._made(parameters), seed)
        if not hasattr(model, "predict_proba"):
            kept = np.bincount(y)[y] >= 2
            if not kept.all():
                X, y = X[kept], y[kept]
                weights = None if weights is None else weights[kept]
            folds = min(FOLDS, int(np.bincount(y)[np.unique(y)].min()))
            model = CalibratedClassifierCV(model, cv=folds, ensemble=False)
        present, codes = np.unique(y, return_inverse=True)
        has_gaps = not np.array_equal(present, np.arange(len(present)))
        more = {} if weights is None else {"sample_weight": weights}
        is_dense = False
        try:
            try:
                model.fit(X, codes, **more)
            except TypeError as error:
                if not issparse(X) or "dense" not in str(error).lower():
                    raise
                is_dense = True
                model = clone(model, safe=False)
                model.fit(self._dense(X), codes, **more)
        except McError:
            raise
        except Exception as error:
            raise EstimatorError(
                f"{self} failed to fit {_shape(X)} and {len(present)} classes: "
                f"{type(error).__name__}: {_first_line(error)}"
            ) from error
        is_bare = not (hasattr(model, "predict") and hasattr(model, "classes_"))
        if has_gaps or is_dense or is_bare:
            return Adapted(model, present, is_dense)
        return model  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        """The estimator as scikit-learn writes it, in one line; without its place in memory."""
        return re.sub(r" at 0x[0-9a-f]+", "", " ".join(repr(self._source).split()))

    def __str__(self) -> str:
        """What the user wrote: ``backend=sklearn.svm:LinearSVC``."""
        return f"{self._parameter}={self.path}"

    def _made(self, parameters: Mapping[str, AnySetting]) -> AnyEstimator:
        """A new estimator with these parameters."""
        settable = self.Parameters.known.keys() - self._own.keys() if parameters else ()
        others = {name: at for name, at in parameters.items() if name in settable}
        rest = {name: at for name, at in parameters.items() if name not in settable}
        to_source = {**self._threads, **rest}
        try:
            if isinstance(self._source, type) or inspect.isroutine(self._source):
                model = self._source(**to_source)
            else:
                model = clone(self._source, safe=False)  # copies what is like an estimator
            return model.set_params(**others) if others else model
        except Exception as error:
            raise ParameterError(
                f"{self} cannot be made: {type(error).__name__}: {_first_line(error)}"
            ) from error

    def _check(self, model: AnyEstimator) -> None:
        """Refuse what is no classifier."""
        if not hasattr(model, "fit"):
            raise ParameterError(
                f"{self} gives {type(model).__name__}, which has no fit(X, y); name a "
                "classifier with scikit-learn's methods, or a function that returns one"
            )
        if not (hasattr(model, "predict_proba") or hasattr(model, "decision_function")):
            raise ParameterError(
                f"{self} has neither predict_proba nor decision_function, so it gives "
                "no probabilities; name a classifier that does"
            )

    def _dense(self, X: Matrix) -> Matrix:
        size = X.shape[0] * X.shape[1] * X.dtype.itemsize
        if size > MAX_DENSE:
            raise ParameterError(
                f"{self} takes no sparse rows, and {X.shape[0]} rows of "
                f"{X.shape[1]} terms are {size / 1e9:.1f} GB as an array; use "
                "representation=embedding, or smaller sizes"
            )
        return X.toarray()


@cache
def imported(path: str, parameter: str = "backend") -> ImportedBackend:
    """The backend of an import path.

    Raises
    ------
    ParameterError
        Says what cannot be imported, and where it was looked for.
    """
    name, _, attribute = path.partition(":")
    folder = str(launch_folder())
    if folder not in sys.path:  # `mlflow run` works in the project's folder, not in the user's
        sys.path.append(folder)
    if not name or not attribute:
        raise ParameterError(f"{parameter}={path!r} must be package.module:attribute")
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ParameterError(
            f"{parameter}={path}: {error}; install it into this environment, or run the command in "
            f"the folder of your module (it looked in {folder} and the installed packages)"
        ) from error
    except Exception as error:
        raise ParameterError(
            f"{parameter}={path}: importing {name} raised {type(error).__name__}: "
            f"{_first_line(error)}"
        ) from error
    if not hasattr(module, attribute):
        known = [each for each in dir(module) if not each.startswith("_")]
        raise unknown(f"{parameter}={name}: attribute", attribute, known)
    return ImportedBackend(path, getattr(module, attribute), module)


def of_object(model: AnyEstimator) -> ImportedBackend:
    """The backend of an estimator, or of a class or function that makes one.

    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> of_object(make_pipeline(StandardScaler(), LogisticRegression())).path
    'StandardScaler+LogisticRegression'

    Raises
    ------
    ParameterError
        When it is no classifier.
    """
    steps = [step for _, step in getattr(model, "steps", ())] or [model]
    kinds = [
        step if inspect.isroutine(step) or isinstance(step, type) else type(step) for step in steps
    ]
    module = sys.modules[kinds[-1].__module__]
    return ImportedBackend("+".join(kind.__name__ for kind in kinds), model, module, "model")


def _own_parameters(source: AnyEstimator) -> dict[str, AnySetting]:
    """Name to default of what a function or a class takes.

    A class's ``get_params`` is not asked: catboost's gives only what was set.
    """
    return {
        name: None if each.default is each.empty else each.default
        for name, each in _signature(source).items()
        if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
    }


def _takes_any(source: AnyEstimator) -> bool:
    """Whether any name can be given to a function, or to a class that cannot list its own."""
    kinds = {each.kind for each in _signature(source).values()}
    is_estimator = isinstance(source, type) and hasattr(source, "get_params")
    return inspect.Parameter.VAR_KEYWORD in kinds and not is_estimator


def _signature(source: AnyEstimator) -> Mapping[str, inspect.Parameter]:
    if not (isinstance(source, type) or inspect.isroutine(source)):
        return {}
    try:
        return inspect.signature(source).parameters
    except ValueError:  # of some compiled classes
        return {}


def _parameters_of(model: AnyEstimator) -> dict[str, AnySetting]:
    return dict(model.get_params(deep=True)) if hasattr(model, "get_params") else {}


def _reads_texts(model: AnyEstimator) -> bool:
    """Whether an estimator begins with a vectoriser: a pipeline, a search over one, or a union."""
    if isinstance(model, Pipeline):
        return _reads_texts(model.steps[0][1])
    if isinstance(model, FeatureUnion):
        return _reads_texts(model.transformer_list[0][1])
    if inner := getattr(model, "estimator", None):
        return _reads_texts(inner)
    wanted = get_tags(model).input_tags if hasattr(model, "__sklearn_tags__") else None
    return bool(wanted and wanted.string and not wanted.two_d_array)


def _shape(X: Matrix) -> str:
    return f"{X.shape[0]} rows of {X.shape[1]} columns" if X.ndim > 1 else f"{X.shape[0]} texts"


def _on_one_thread(model: AnyEstimator, seed: int) -> AnyEstimator:
    """Set random states and threads, those of a pipeline's steps as well."""
    settings: dict[str, int] = {}
    known = _parameters_of(model)
    for name, at in known.items():
        step, _, last = name.rpartition("__")
        if last == "random_state" and at is None:
            settings[name] = seed
        elif last in THREADS and not (at is None and _is_of_sklearn(known.get(step, model))):
            settings[name] = ONE_THREAD
    return model.set_params(**settings) if settings else model


def _is_of_sklearn(model: AnyEstimator) -> bool:
    """Whether an estimator is scikit-learn's own, for which no number of threads means one."""
    return type(model).__module__.partition(".")[0] == "sklearn"


def _version(module: ModuleType) -> str:
    """What changes when the code of a module may have: a distribution's version, or a digest."""
    package = module.__name__.partition(".")[0]
    if found := _distributions(package):
        return " ".join(f"{name}=={importlib.metadata.version(name)}" for name in found)
    path = Path(getattr(module, "__file__", None) or "")
    root = path.parent if "." not in module.__name__ else _root(path, module.__name__)
    if not path.is_file():  # typed into a notebook or an interpreter
        return ""
    files = [path] if "." not in module.__name__ else sorted(root.rglob("*.py"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _root(path: Path, name: str) -> Path:
    """The folder of the topmost package of a module."""
    depth = name.count(".") - (0 if path.name == "__init__.py" else 1)
    return path.parents[depth]


def _distributions(package: str) -> tuple[str, ...]:
    return tuple(sorted(set(_by_package().get(package, ()))))


_by_package: Callable[[], Mapping[str, list[str]]] = cache(
    importlib.metadata.packages_distributions
)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
