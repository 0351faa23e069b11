"""``python -m experiments.model_search``."""

from experiments.model_search import entry
from mc.engine.command_line import main

if __name__ == "__main__":
    main(entry.__doc__, entry.parameters, entry.run, getattr(entry, "presets", None))
