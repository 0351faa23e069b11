"""Intervals, paired effects and tests from a frame of generations.

Knows nothing of files or figures. A frame of generations has one row for each generation of each
lineage: the columns of `LINEAGE`, ``generation``, and metrics. Replicates share their random
numbers across rates, so an effect is the difference against rate 0 *of the same replicate*, and
what they share cancels.

All results are tidy frames in the metrics' own units (shares, not percentage points). Replicates
are drawn from one corpus: intervals say what more repetitions on that corpus would show, and
nothing of other corpora.
"""

from mc.statistics.comparison import contrasts, costs, drift_or_information, given_back
from mc.statistics.dose import dose_response, dose_trend
from mc.statistics.effects import curve, end_means, paired_differences, paired_loss, summary
from mc.statistics.equivalence import DEFAULT_MARGIN, verdicts
from mc.statistics.frames import (
    CONDITION,
    FAMILY,
    LINEAGE,
    NEEDED,
    SIZES,
    at_generation,
    checked,
    condition_names,
    growing,
    one_class,
    share_metric,
    unfinished,
)
from mc.statistics.intervals import CONFIDENCE, Interval, mean_interval
from mc.statistics.loops import loop_changes, loop_contrasts, loop_means
from mc.statistics.multiple_tests import holm
from mc.statistics.published import Shape, against_published, published_curves, shape
from mc.statistics.replication import more_pairs, more_repetitions, next_repetitions
from mc.statistics.surface import Surface, response_surface
from mc.statistics.tolerance import tolerable_rate, tolerable_rates

__all__ = [
    "CONDITION",
    "CONFIDENCE",
    "DEFAULT_MARGIN",
    "FAMILY",
    "LINEAGE",
    "NEEDED",
    "SIZES",
    "Interval",
    "Shape",
    "Surface",
    "against_published",
    "at_generation",
    "checked",
    "condition_names",
    "contrasts",
    "costs",
    "curve",
    "dose_response",
    "dose_trend",
    "drift_or_information",
    "end_means",
    "given_back",
    "growing",
    "holm",
    "loop_changes",
    "loop_contrasts",
    "loop_means",
    "mean_interval",
    "more_pairs",
    "more_repetitions",
    "next_repetitions",
    "one_class",
    "paired_differences",
    "paired_loss",
    "published_curves",
    "response_surface",
    "shape",
    "share_metric",
    "summary",
    "tolerable_rate",
    "tolerable_rates",
    "unfinished",
    "verdicts",
]
