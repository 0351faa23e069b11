"""Intervals, paired effects and tests from a frame of generations.

Knows nothing of files or figures. A frame of generations has one row for each generation of each
lineage: the columns of `LINEAGE`, ``generation``, and metrics. Replicates share their random
numbers across rates, so an effect is the difference against rate 0 *of the same replicate*, and
what they share cancels.

All results are tidy frames in the metrics' own units (shares, not percentage points). Replicates
are drawn from one corpus: intervals say what more repetitions on that corpus would show, and
nothing of other corpora.
"""

from mc.statistics.alarms import (
    TOGETHER,
    Watch,
    alarm_curves,
    alarm_table,
    detections,
    operating_curves,
    promise,
    standardised,
    watched,
)
from mc.statistics.audits import (
    corrected,
    detection,
    repetitions_needed,
    rows_needed,
    smallest_seen,
)
from mc.statistics.comparison import contrasts, costs, drift_or_information, given_back
from mc.statistics.controls import control_contrasts, control_losses, searched_losses
from mc.statistics.dose import dose_response, dose_trend
from mc.statistics.effects import (
    curve,
    end_means,
    paired_differences,
    paired_loss,
    summary,
)
from mc.statistics.equivalence import DEFAULT_MARGIN, verdicts
from mc.statistics.exploration import click_prices, with_totals
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
    unfinished,
)
from mc.statistics.frontier import Search, grid_for, monotone, reversals, to_clear
from mc.statistics.intervals import CONFIDENCE, Interval, mean_interval
from mc.statistics.logged import LogWatch, log_table, watch_log
from mc.statistics.loops import loop_changes, loop_contrasts, loop_means
from mc.statistics.published import Shape, against_published, published_curves, shape
from mc.statistics.replication import more_repetitions
from mc.statistics.rescue import (
    ABSENT,
    HUMAN,
    NONE,
    collapse_loss,
    on_front,
    rescue_ends,
    rescue_table,
)
from mc.statistics.slices import GAP, excesses, leads, slice_losses, with_gap
from mc.statistics.surface import Surface, response_surface
from mc.statistics.tolerance import tolerable_rate, tolerable_rates

__all__ = [
    "ABSENT",
    "CONDITION",
    "CONFIDENCE",
    "DEFAULT_MARGIN",
    "FAMILY",
    "GAP",
    "HUMAN",
    "LINEAGE",
    "NEEDED",
    "NONE",
    "SIZES",
    "TOGETHER",
    "Interval",
    "LogWatch",
    "Search",
    "Shape",
    "Surface",
    "Watch",
    "against_published",
    "alarm_curves",
    "alarm_table",
    "at_generation",
    "checked",
    "click_prices",
    "collapse_loss",
    "condition_names",
    "contrasts",
    "control_contrasts",
    "control_losses",
    "corrected",
    "costs",
    "curve",
    "detection",
    "detections",
    "dose_response",
    "dose_trend",
    "drift_or_information",
    "end_means",
    "excesses",
    "given_back",
    "grid_for",
    "growing",
    "leads",
    "log_table",
    "loop_changes",
    "loop_contrasts",
    "loop_means",
    "mean_interval",
    "monotone",
    "more_repetitions",
    "on_front",
    "one_class",
    "operating_curves",
    "paired_differences",
    "paired_loss",
    "promise",
    "published_curves",
    "repetitions_needed",
    "rescue_ends",
    "rescue_table",
    "response_surface",
    "reversals",
    "rows_needed",
    "searched_losses",
    "shape",
    "slice_losses",
    "smallest_seen",
    "standardised",
    "summary",
    "to_clear",
    "tolerable_rate",
    "tolerable_rates",
    "unfinished",
    "verdicts",
    "watch_log",
    "watched",
    "with_gap",
    "with_totals",
]
