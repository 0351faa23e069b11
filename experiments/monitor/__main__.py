"""Monitor: can a collapse be seen in time without labels, and at what price in false alarms?

Each generation of a lineage predicts a window of fresh reviews. What can be measured there without
labels (shares, confidence, agreement with a frozen copy of generation 0) goes into CUSUM charts,
whose thresholds come from lineages with human labels alone, so that they have a stated false-alarm
rate. With `log`, the same charts watch a log of predictions of yours.
"""

from experiments.monitor.settings import Settings
from mc.engine.command_line import main


def run(settings: Settings) -> None:
    """Run the stage."""
    from experiments.monitor import experiment

    experiment.run(settings)


if __name__ == "__main__":
    main(__doc__, Settings, run)
