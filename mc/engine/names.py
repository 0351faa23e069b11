"""How runs, models and studies are called, by one grammar: parts with a dot between them.

>>> run_title("collapse_rates", {"backend": "lightgbm", "initial_size": 1000, "final_size": 4000})
'collapse_rates · lightgbm · 1k→4k'
>>> job_title({"rate": 0.3, "replicate": 2})
'rate 0.30 · replicate 2'
>>> model_title("collapse_rates", "rate 0.30 · replicate 2")
'collapse_rates · rate 0,30 · r2'
"""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from mc.settings import Values, format_value

DOT = " · "
FORBIDDEN = str.maketrans({".": ",", **dict.fromkeys("/:%'\"", "-")})  # MLflow's, in models' names


def short(count: int) -> str:
    """Write a count of reviews in few letters.

    >>> [short(count) for count in (500, 1500, 50_000, 3_600_000)]
    ['500', '1.5k', '50k', '3.6M']
    """
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= unit:
            return f"{count / unit:.4g}{letter}"
    return str(count)


def growths(settings: Mapping[str, object]) -> str:
    """Write the sizes between which training sets grow; empty where a stage has none."""
    first, last = (_several(settings.get(name)) for name in ("initial_size", "final_size"))
    pairs = [
        f"{short(start)}→{short(end)}"
        for start, end in zip(first, last, strict=False)
        if isinstance(start, int) and isinstance(end, int)
    ]
    return ", ".join(pairs)


def subject(settings: Mapping[str, object]) -> list[str]:
    """What a stage is about: its classifiers, and how its training sets grow."""
    backends = settings.get("backends", settings.get("backend", ()))
    return [part for part in (format_value(backends).replace(",", ", "), growths(settings)) if part]


def run_title(stage: str, settings: Mapping[str, object]) -> str:
    """Name of a stage's run; the corpus is in it unless it is the embedded one."""
    data = str(settings.get("data", "simulated"))
    corpus = [] if data == "simulated" else [PurePosixPath(data).name or data]
    return DOT.join([stage, *subject(settings), *corpus])


def job_title(place: Values) -> str:
    """Name of a job's run, from what tells it apart from the other jobs of its stage."""
    return DOT.join(
        format_value(at) if name == "backend" else f"{name.replace('_', ' ')} {_written(name, at)}"
        for name, at in place.items()
    )


def model_title(stage: str, title: str) -> str:
    """Name of a job's models, but for the generation.

    MLflow takes no dot in the name of a model, so that decimals have a comma.
    """
    return re.sub(r"\breplicate (?=\d)", "r", f"{stage}{DOT}{title}").translate(FORBIDDEN)


def study_title(stage: str, settings: Mapping[str, object], digest: str) -> str:
    """Name of a study: what it is about, and after ``#`` what no other study has.

    >>> study_title("collapse_rates", {"backend": "logistic", "seed": 0}, "95d7dc8a")
    'collapse_rates logistic seed 0 #95d7dc8a'
    """
    seed = f"seed {settings.get('seed', 0)}"
    return " ".join([stage, *subject(settings), seed, f"#{digest}"])


def _several(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _written(name: str, value: object) -> str:
    """A value; a rate with two decimals at least, so that names sort as their rates do."""
    text = format_value(value)
    if name != "rate" or not isinstance(value, float) or "e" in text:
        return text
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}"
