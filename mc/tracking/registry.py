"""Models under names that people know, in MLflow's model registry: ``models:/reviews@human``."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlflow.exceptions import MlflowException

from mc import failpoints
from mc.errors import ParameterError, TrackingError
from mc.tracking.results import Result
from mc.tracking.runs import OpenRun

FORBIDDEN = "/:.%\"'"


@dataclass(frozen=True)
class Entry:
    """A model to be registered: that of a lineage's last generation.

    Parameters
    ----------
    run_id : str
        The lineage.
    about : str
        What it is, for people.
    """

    run_id: str
    about: str


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


def ends(members: Mapping[str, Result]) -> dict[str, dict[str, Entry]]:
    """Which models of a stage deserve a name, family of classifiers by family.

    Parameters
    ----------
    members : mapping
        Key to result of its lineages, in the order in which they were asked for.

    Returns
    -------
    dict
        Backend to alias to entry: ``human`` at rate 0, ``collapsed`` at the highest rate, both of
        the first growth and replicate.
    """
    families: dict[str, list[Result]] = {}
    for result in members.values():
        if "rate" in result.params and result.params.get("strategy", "none") == "none":
            families.setdefault(result.params.get("backend", ""), []).append(result)
    return {backend: _human_and_collapsed(results) for backend, results in families.items()}


def _human_and_collapsed(results: list[Result]) -> dict[str, Entry]:
    rates = [float(result.params["rate"]) for result in results]
    entries = {}
    if 0.0 in rates:
        human = results[rates.index(0.0)]
        entries["human"] = Entry(human.run_id, "last generation, human labels throughout")
    if highest := max(rates):
        collapsed = results[rates.index(highest)]
        about = f"last generation at collapse rate {highest:g}"
        entries["collapsed"] = Entry(collapsed.run_id, about)
    return entries


def register(run: OpenRun, name: str, entries: Mapping[str, Entry]) -> dict[str, str]:
    """Let aliases of a registered model mean these models from now on.

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

    Raises
    ------
    TrackingError
        When a lineage has kept no model.
    """
    try:
        run.client.get_registered_model(name)
    except MlflowException:
        run.client.create_registered_model(name)
    versions = {}
    for alias, entry in entries.items():
        model_id = _last_model(run, entry.run_id)
        version = run.client.create_model_version(
            name,
            source=f"models:/{model_id}",
            run_id=entry.run_id,
            description=entry.about,
            model_id=model_id,
        )
        failpoints.reach("version made")
        run.client.set_registered_model_alias(name, alias, version.version)
        versions[alias] = str(version.version)
    return versions


def _last_model(run: OpenRun, lineage: str) -> str:
    outputs = run.client.get_run(lineage).outputs
    models = outputs.model_outputs if outputs else []
    if not models:
        raise TrackingError(
            f"run {lineage!r} has kept no model to register; use log_models=last with fresh=true"
        )
    return str(max(models, key=lambda each: each.step).model_id)
