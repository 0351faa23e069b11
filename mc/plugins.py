"""Plug-ins by the name that the user types: files of a folder, and what installed packages bring.

A file in the folder of its kind is a plug-in. An installed package adds others by entry points::

    [project.entry-points."modelcollapse.backends"]
    nearest_centroid = "my_package.nearest_centroid"

Of labellings, which are functions, an entry point names the module and the function. A name that
two of them claim is refused when it is used.
"""

import ast
import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, overload

from mc.errors import ParameterError
from mc.settings import unknown

PACKAGES = {  # what the laboratory knows by a short name; others are named in full
    "backends": "mc.lineage.backends",
    "regimes": "mc.lineage.regimes",
    "strategies": "mc.lineage.strategies",
    "systems": "mc.lineage.systems",
    "generators": "mc.text.generators",
    "embeddings": "mc.text.embeddings",
    "cures": "mc.text.cures",
    "datasets": "mc.data.datasets",
    "experiments": "experiments",
}
KINDS = (*PACKAGES, "labellings")  # of which installed packages may have some
LABELLINGS = ("argmax", "prior", "sample")  # functions of one module, `mc.lineage.labelling`
GROUP = "modelcollapse."  # before the kind, in the name of a group of entry points
OWN = "model-collapse-lab"
SEPARATORS = re.compile(r"[\s,+:=]+")  # between names in what a user types


@cache
def names(folder: str) -> tuple[str, ...]:
    """Names of the plug-ins of a kind, ours and those of installed packages.

    Imports none of them, so that a backend's library is not imported before it is used.
    """
    return tuple(sorted({*own(folder), *_installed(folder)}))


@cache
def own(folder: str) -> tuple[str, ...]:
    """Names of the plug-ins that are files of ours; those that start with ``_`` are not plug-ins.

    >>> own("regimes")
    ('accumulate', 'replace', 'subsample')
    """
    if folder == "labellings":
        return LABELLINGS
    package = importlib.import_module(PACKAGES.get(folder, folder))
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name for name in found if not name.startswith("_")))


@overload
def load(  # type: ignore[overload-overlap]
    folder: Literal["labellings"], parameter: str, name: str
) -> Callable[..., Any]: ...
@overload
def load(folder: str, parameter: str, name: str) -> ModuleType: ...
def load(folder: str, parameter: str, name: str) -> ModuleType | Callable[..., Any]:
    """Import one plug-in: a module, or the function of a labelling.

    Of an experiment that is a folder, the module is its ``__main__``.

    Parameters
    ----------
    folder : str
        Kind of the plug-in, or the full name of a package of ours.
    parameter : str
        The setting that names it, for messages.
    name : str
        As the user typed it.

    Raises
    ------
    ParameterError
        When no plug-in of that name exists, two do, or it fails to import.
    """
    if name not in names(folder):
        raise unknown(parameter, name, names(folder))
    entry = _entry(folder, name)
    if entry is None:
        return _imported(EntryPoint(name, _place(folder, name), folder))
    try:
        return _imported(entry)
    except Exception as error:  # whatever a stranger's module does when it is imported
        raise ParameterError(
            f"{parameter}={name!r} is a plug-in of {_distribution(entry)} that fails to import: "
            f"{type(error).__name__}: {error}; mend or uninstall that package"
        ) from error


def _imported(entry: EntryPoint) -> ModuleType:
    plugin: ModuleType = entry.load()
    is_folder = entry.group.endswith("experiments") and hasattr(plugin, "__path__")
    return importlib.import_module(f"{plugin.__name__}.__main__") if is_folder else plugin


def _place(folder: str, name: str) -> str:
    """Where a plug-in of ours is, as an entry point would say it."""
    if folder == "labellings":
        return f"mc.lineage.labelling:{name}"
    return f"{PACKAGES.get(folder, folder)}.{name}"


def module_name(folder: str, name: str) -> str:
    """Full name of the module that a plug-in is in; nothing is imported.

    >>> module_name("backends", "logistic")
    'mc.lineage.backends.logistic'
    """
    entry = _entry(folder, name)
    return entry.module if entry else _place(folder, name).partition(":")[0]


def version(folder: str, name: str) -> str:
    """Name and version of the distribution that a plug-in comes from; empty for ours.

    Raises
    ------
    ParameterError
        When two distributions have a plug-in of that name.
    """
    entry = _entry(folder, name)
    return _distribution(entry) if entry else ""


def versions(*values: object) -> dict[str, str]:
    """Versions of all installed plug-ins that some values name; empty where all are ours.

    Results depend on them, so a study's identity holds them. A word that happens to be the name of
    a plug-in counts as one: lineages are then computed again once too often, never too seldom.

    Parameters
    ----------
    values : object
        Texts, and mappings and sequences of values, at any depth.

    Returns
    -------
    dict of str to str
        Kind and name to distribution: ``{"backends mine": "my-package 1.0"}``.

    Raises
    ------
    ParameterError
        When a name belongs to two distributions.
    """
    words = {word for value in values for word in _words(value)}
    return {
        f"{folder} {name}": version(folder, name)
        for folder in KINDS
        for name in sorted(_installed(folder).keys() & words)
    }


def summary(folder: str, name: str) -> str:
    """The first line of a plug-in's docstring, read without importing the plug-in."""
    try:
        module = module_name(folder, name)
        is_folder = _file(module).name == "__init__.py"  # its command is in another file
        file = _file(f"{module}.__main__" if is_folder else module)
        text = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    except ParameterError as error:
        return f"cannot be used: {error}"
    except (ImportError, OSError, SyntaxError, ValueError) as error:
        return f"cannot be read: {type(error).__name__}: {error}"
    return text.partition("\n")[0]


def forget() -> None:
    """Look for plug-ins anew when they are needed next; for tests."""
    for function in (names, own, _entries):
        function.cache_clear()


@cache
def _entries() -> Mapping[str, Mapping[str, Sequence[EntryPoint]]]:
    """Entry points by kind and name; more than one of a name where packages clash."""
    found: dict[str, dict[str, list[EntryPoint]]] = {kind: {} for kind in KINDS}
    there = entry_points()  # reads a file of each installed package: some milliseconds
    for kind, of_kind in found.items():
        for entry in there.select(group=GROUP + kind):
            of_kind.setdefault(entry.name, []).append(entry)
    return found


def _installed(folder: str) -> Mapping[str, Sequence[EntryPoint]]:
    return _entries().get(folder, {})


def _entry(folder: str, name: str) -> EntryPoint | None:
    """The entry point of an installed plug-in; None of ours."""
    entries = _installed(folder).get(name, ())
    if not entries:
        return None
    holders = [OWN] * (name in own(folder)) + sorted(map(_distribution, entries))
    if len(holders) > 1:
        raise ParameterError(
            f"{name!r} is ambiguous: {' and '.join(holders)} have a plug-in of that name among "
            f"{folder}; uninstall one, or rename its entry point"
        )
    if SEPARATORS.search(name):  # `versions` would not find it in what a user types
        raise ParameterError(
            f"{name!r}, a plug-in of {holders[0]} among {folder}, has a space or one of , + : = in "
            "its name; rename its entry point"
        )
    return entries[0]


def _file(module: str) -> Path:
    """The source file of a module, found without importing the packages that it is in."""
    parent = module.rpartition(".")[0]
    if parent:
        spec = PathFinder.find_spec(module, [str(_file(parent).parent)])
    else:
        spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"no module named {module!r}")
    return Path(spec.origin)


def _distribution(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value


def _words(value: object) -> Iterator[str]:
    """All words of a value, as users separate them."""
    if isinstance(value, str):
        yield from SEPARATORS.split(value)
    elif isinstance(value, Mapping):
        yield from _words([*value.values()])
    elif isinstance(value, Sequence):
        for part in value:
            yield from _words(part)
