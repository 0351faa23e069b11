"""Audit: is this corpus polluted by machines, in its texts or in its labels, and by how much?

A suspect corpus is held against a human one: class shares, words, style, labels given the text,
near-duplicates and diversity, each with a p-value, corrected together; then what training on it
costs, and with known synthetic rows the polluted share. Audits of human reviews with planted
pollution say how often there is a false alarm and which share would have been seen. Without a
suspect, half of the human corpus is polluted for demonstration.
"""

from experiments.audit.settings import Settings
from mc.engine.command_line import main


def run(settings: Settings) -> None:
    """Run the stage."""
    from experiments.audit import experiment

    experiment.run(settings)


if __name__ == "__main__":
    main(__doc__, Settings, run)
