"""What a stage run leaves for the report. Knows nothing of logging and drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class StageResult:
    """Facts and frames of one stage run.

    Parameters
    ----------
    stage : str
        Its name; chooses the page.
    facts : mapping of str to str
        About the experiment, in order; ``data`` names the corpus.
    frames : mapping of str to DataFrame
        ``generations`` for stages of lineages (see `mc.statistics`); other stages name their own.
    margin : float
        Largest loss of accuracy that does not matter, as a share: what the page judges by.
    report_stages : sequence of str
        All stages of the report that the page belongs to, as far as they are known.
    """

    stage: str
    facts: Mapping[str, str]
    frames: Mapping[str, pd.DataFrame]
    margin: float = 0.005
    report_stages: Sequence[str] = ()
