"""A plug-in is a file: finds the modules of a folder by the name that the user types."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType

from mc.settings import unknown

PACKAGES = {  # what the laboratory knows by a short name; others are named in full
    "backends": "mc.lineage.backends",
    "regimes": "mc.lineage.regimes",
    "strategies": "mc.lineage.strategies",
    "systems": "mc.lineage.systems",
    "datasets": "mc.data.datasets",
}


@cache
def names(folder: str) -> tuple[str, ...]:
    """Names of the plug-ins in a folder of ``mc``; files that start with ``_`` are not plug-ins.

    Reads the folder only, so that a backend's library is not imported before it is used.
    """
    package = importlib.import_module(PACKAGES.get(folder, folder))
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def load(folder: str, parameter: str, name: str) -> ModuleType:
    """Import one plug-in.

    Raises
    ------
    ParameterError
        When no file of that name exists; names those that do.
    """
    if name not in names(folder):
        raise unknown(parameter, name, names(folder))
    return importlib.import_module(f"{PACKAGES.get(folder, folder)}.{name}")
