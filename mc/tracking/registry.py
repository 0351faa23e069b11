"""Models under names that people know, in MLflow's model registry: ``models:/reviews@human``."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mlflow.exceptions import MlflowException

from mc import failpoints
from mc.errors import ParameterError
from mc.lineage.loop import TextClassifier
from mc.tracking.models import ModelWriter
from mc.tracking.runs import OpenRun, log_model

FORBIDDEN = "/:.%\"'"


@dataclass(frozen=True)
class Entry:
    """A model to be registered.

    Parameters
    ----------
    model : TextClassifier
        Predicts from texts.
    about : str
        What it is, for people.
    params : mapping
        How it was made.
    """

    model: TextClassifier
    about: str
    params: Mapping[str, str] = field(default_factory=dict)


def check_name(name: str) -> None:
    """Refuse a name that a registry does not take.

    Raises
    ------
    ParameterError
        Names the letters.
    """
    if any(letter in FORBIDDEN for letter in name) or name != name.strip():
        raise ParameterError(
            f"register={name!r} must be a name without {' '.join(FORBIDDEN)}, "
            "as in register=reviews"
        )


def register(
    run: OpenRun, name: str, writer: ModelWriter, entries: Mapping[str, Entry]
) -> dict[str, str]:
    """Log models below a run, and let aliases of a registered model mean them from now on.

    Parameters
    ----------
    name : str
        Of the registered model; made if need be. Earlier versions stay, without the aliases.
    entries : mapping
        Alias to model.

    Returns
    -------
    dict
        Alias to number of its version.
    """
    try:
        run.client.get_registered_model(name)
    except MlflowException:
        run.client.create_registered_model(name)
    versions = {}
    for alias, entry in entries.items():
        model_id = log_model(run, alias, entry.model, writer, entry.params)
        version = run.client.create_model_version(
            name,
            source=f"models:/{model_id}",
            run_id=run.id,
            description=entry.about,
            model_id=model_id,
        )
        failpoints.reach("version made")
        run.client.set_registered_model_alias(name, alias, version.version)
        versions[alias] = str(version.version)
    return versions
