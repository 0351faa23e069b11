"""The commands that messages and pages tell users to give: they work where the user is."""

import shlex
from pathlib import Path

from mc.processes import launch_folder

ROOT = Path(__file__).parents[1]  # of the project; of all installed packages, where it is installed


def is_checkout() -> bool:
    """Whether this is a folder with an MLproject, and not an installed package."""
    return (ROOT / "MLproject").exists()


def program(name: str, *, is_elsewhere: bool = False) -> str:
    """A program of the environment, such as ``mlflow``, as a user starts it.

    Parameters
    ----------
    name : str
        Of the program.
    is_elsewhere : bool
        Whether it is for another machine, on which the user is in the project's folder.
    """
    if not is_checkout():
        return name
    is_here = is_elsewhere or launch_folder() == ROOT
    uv = ["uv", "run"] if is_here else ["uv", "run", "--project", str(ROOT)]
    return shlex.join([*uv, name])


def stage(name: str, *, experiment: str = "", is_elsewhere: bool = False, **given: str) -> str:
    """The command of an experiment.

    Parameters
    ----------
    name : str
        Of the experiment.
    experiment : str
        Of MLflow, if not its default one.
    is_elsewhere : bool
        As of `program`.
    **given
        Its parameters.
    """
    quoted = {key: shlex.quote(text) for key, text in given.items()}
    if not is_checkout():
        named = f"MLFLOW_EXPERIMENT_NAME={shlex.quote(experiment)} " if experiment else ""
        options = [f"--{key} {text}" for key, text in quoted.items()]
        return " ".join([f"{named}modelcollapse {name}", *options])
    mlflow = program("mlflow", is_elsewhere=is_elsewhere)
    place = "." if is_elsewhere or launch_folder() == ROOT else shlex.quote(str(ROOT))
    named = f" --experiment-name {shlex.quote(experiment)}" if experiment else ""
    options = [f"-P {key}={text}" for key, text in quoted.items()]
    return " ".join([f"{mlflow} run {place} -e {name} --env-manager local{named}", *options])
