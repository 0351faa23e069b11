"""Finds the column of each role by the usual names, or by the user's choice."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mc.errors import DataError, ParameterError
from mc.settings import unknown

# Usual names by role, the most specific first. Case and separators do not matter.
USUAL = {
    "text": [
        "review_body",
        "review_text",
        "reviews.text",
        "body",
        "text",
        "content",
        "review",
        "review_content",
        "review_description",
        "comment",
        "comments",
        "sentence",
    ],
    "title": [
        "review_headline",
        "review_title",
        "reviews.title",
        "summary",
        "review_summary",
        "headline",
        "title",
        "subject",
    ],
    "stars": [
        "star_rating",
        "stars",
        "overall",
        "review_rating",
        "reviews.rating",
        "review_score",
        "review_stars",
        "rating",
        "ratings",
        "score",
        "star",
    ],
    "label": [
        "label",
        "labels",
        "polarity",
        "sentiment",
        "positive",
        "is_positive",
        "class",
        "target",
    ],
    "group": [
        "group",
        "source",
        "domain",
        "product_category",
        "main_category",
        "category",
        "department",
        "categories",
    ],
}
NONE = "-"  # what a user types for "no such column"


@dataclass(frozen=True)
class Columns:
    """A file's column for each role; None if it has none."""

    text: str
    title: str | None
    stars: str | None
    label: str | None
    group: str | None
    target: str | None = None

    @property
    def wanted(self) -> list[str]:
        """The columns to read."""
        roles = (self.text, self.title, self.stars, self.label, self.group, self.target)
        return list(dict.fromkeys(name for name in roles if name is not None))

    def __str__(self) -> str:
        return ", ".join(f"{role}={name}" for role, name in vars(self).items() if name)


def find(names: Sequence[str], asked: Mapping[str, object], path: Path) -> Columns:
    """Assign columns to roles.

    Parameters
    ----------
    names : sequence of str
        The file's columns.
    asked : mapping
        ``text_column`` and so on: a name, ``""`` to look for usual names, ``"-"`` for none.
        Naming one of ``stars_column`` and ``label_column`` leaves the other unused.
    path : Path
        For messages.

    Raises
    ------
    ParameterError
        When a named column does not exist; suggests the most similar one.
    DataError
        When there is no column for the text, or none for stars or label; lists the usual names.
    """
    chosen = {role: named(role, str(asked[f"{role}_column"]), names, path) for role in USUAL}
    if target := str(asked.get("target", "")):
        chosen["target"] = find_target(target, names, path)
    rated = chosen["stars"] or chosen["label"] or target
    for role, known in USUAL.items():
        settled = asked[f"{role}_column"] or (rated and role in ("stars", "label"))
        if not settled:
            free = [name for name in names if name not in chosen.values()]
            chosen[role] = usual(known, free)
    if chosen["text"] is None:
        raise _not_found(path, names, "text")
    if chosen["stars"] is None and chosen["label"] is None and not target:
        raise _not_found(path, names, "stars", "label")
    return Columns(**chosen)  # type: ignore[arg-type]


def find_target(asked: str, names: Sequence[str], path: Path) -> str | None:
    """The column of classes: by its name, or by a role that has usual names, as ``stars``.

    Raises
    ------
    ParameterError
        When it does not exist; suggests the most similar one.
    """
    if asked in USUAL and not any(_plain(asked) == _plain(name) for name in names):
        return usual(USUAL[asked], names) or named("target", asked, names, path)
    return named("target", asked, names, path)


def named(role: str, asked: str, names: Sequence[str], path: Path) -> str | None:
    """The column that the user names for a role; None if they name none.

    Raises
    ------
    ParameterError
        When it does not exist; suggests the most similar one.
    """
    if asked in ("", NONE):
        return None
    if asked in names:
        return asked
    similar = [name for name in names if _plain(name) == _plain(asked)]
    if len(similar) == 1:
        return similar[0]
    raise ParameterError(
        f"{unknown(role if role == 'target' else f'{role}_column', asked, names)} ({path})"
    )


def usual(known: Sequence[str], names: Sequence[str]) -> str | None:
    """The column with the first of the usual names, ignoring case and separators."""
    plain = {_plain(name): name for name in reversed(names)}  # of equal names the first wins
    return next((plain[_plain(name)] for name in known if _plain(name) in plain), None)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


def _not_found(path: Path, names: Sequence[str], *roles: str) -> DataError:
    shown = ", ".join(name[:40] for name in names[:30])
    usual_names = "; ".join(f"for {role}: {', '.join(USUAL[role])}" for role in roles)
    remedy = " or ".join(f"{role}_column" for role in roles)
    return DataError(
        f"{path} has no column with a usual name for {' or '.join(roles)}; "
        f"its columns are: {shown} (is a header missing?); looked {usual_names}; "
        f"name it with {remedy} in data_params"
    )
