"""``python -m experiments.distributions``."""

from experiments.distributions import entry
from mc.engine.command_line import main

if __name__ == "__main__":
    main(entry.__doc__, entry.parameters, entry.run, getattr(entry, "presets", None))
