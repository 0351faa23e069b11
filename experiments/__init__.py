"""What can be asked: each experiment is a command, ``python -m experiments.NAME``."""

from mc.processes import collect_rarely

collect_rarely()
