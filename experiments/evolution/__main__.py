"""``python -m experiments.evolution``."""

from experiments.evolution import entry
from mc.engine.command_line import main

main(entry.__doc__, entry.parameters, entry.run, getattr(entry, "presets", None))
