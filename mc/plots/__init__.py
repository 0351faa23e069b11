"""Figures made from frames, one idea a file. Knows matplotlib, and no files but those of `save`."""

from mc.plots.audit import (
    check_board,
    detection_curves,
    pollution_shares,
    score_histograms,
    tail_loss,
    training_losses,
    word_changes,
)
from mc.plots.canvas import save
from mc.plots.claims import claim_board
from mc.plots.comparison import compared_curves, compared_losses, costs
from mc.plots.curves import accuracy_curves, three_metrics
from mc.plots.distributions import chain_figure, class_figure
from mc.plots.dose import tolerance
from mc.plots.drift import drift_or_information
from mc.plots.evolution import selection_drift, selection_scores
from mc.plots.frontier import control_losses, frontier_losses, rates_by_size
from mc.plots.losses import paired_loss
from mc.plots.mitigation import rescue_curves, rescue_front, rescue_gains
from mc.plots.model_search import search_history, search_slices
from mc.plots.monitor import alarm_delays, operating_curve, signal_courses, slice_losses
from mc.plots.monitored_log import log_charts, log_signals, log_slices
from mc.plots.published import beside_published
from mc.plots.recommender import bubble, click_returns, exchange_rates
from mc.plots.surface import loss_surface
from mc.plots.text_collapse import classifier_curves, tail_maps, writing_curves
from mc.plots.validate import law_figure

__all__ = [
    "accuracy_curves",
    "alarm_delays",
    "beside_published",
    "bubble",
    "chain_figure",
    "check_board",
    "claim_board",
    "class_figure",
    "classifier_curves",
    "click_returns",
    "compared_curves",
    "compared_losses",
    "control_losses",
    "costs",
    "detection_curves",
    "drift_or_information",
    "exchange_rates",
    "frontier_losses",
    "law_figure",
    "log_charts",
    "log_signals",
    "log_slices",
    "loss_surface",
    "operating_curve",
    "paired_loss",
    "pollution_shares",
    "rates_by_size",
    "rescue_curves",
    "rescue_front",
    "rescue_gains",
    "save",
    "score_histograms",
    "search_history",
    "search_slices",
    "selection_drift",
    "selection_scores",
    "signal_courses",
    "slice_losses",
    "tail_loss",
    "tail_maps",
    "three_metrics",
    "tolerance",
    "training_losses",
    "word_changes",
    "writing_curves",
]
