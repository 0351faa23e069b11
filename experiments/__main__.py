"""Says what can be run: `mlflow run .` without an entry point ends here."""

from mc.engine.command_line import fail
from mc.engine.project import stages


def overview() -> str:
    """One line an entry point: its name, and the first sentence of what it is."""
    known = stages()
    width = max(map(len, known))
    lines = [f"  {name:{width}}  {_first_line(module.__doc__)}" for name, module in known.items()]
    return "\n".join(
        [
            "choose what to run with -e, as in: mlflow run . -e collapse_rates --env-manager local",
            *lines,
        ]
    )


def _first_line(text: str | None) -> str:
    return (text or "").partition("\n")[0]


if __name__ == "__main__":
    fail(overview(), 2)
