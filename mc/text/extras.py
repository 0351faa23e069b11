"""Plug-ins that need libraries of an extra, which not everybody has installed."""

import importlib.util
from types import ModuleType

from mc import plugins
from mc.errors import ParameterError


def find(folder: str, parameter: str, name: str) -> ModuleType:
    """Import a plug-in whose libraries are installed.

    Parameters
    ----------
    folder, parameter, name : str
        As of `mc.plugins.load`. A plug-in may declare ``libraries``, the modules that it needs, and
        ``extra``, the extra of this package that installs them. It imports them within functions.

    Raises
    ------
    ParameterError
        When there is no such plug-in, or its libraries are not installed.
    """
    plugin = plugins.load(folder, parameter, name)
    missing = [each for each in getattr(plugin, "libraries", ()) if not _is_installed(each)]
    if missing:
        raise ParameterError(
            f"{parameter}={name!r} needs {', '.join(missing)}; run it with "
            f"`uv run --extra {plugin.extra} ...`, or install model-collapse-lab[{plugin.extra}]"
        )
    return plugin


def _is_installed(library: str) -> bool:
    return importlib.util.find_spec(library) is not None
