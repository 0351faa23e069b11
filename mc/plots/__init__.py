"""Figures made from frames, one idea a file. Knows matplotlib, and no files but those of `save`."""

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
from mc.plots.model_search import search_history, search_slices
from mc.plots.published import beside_published
from mc.plots.recommender import bubble, click_returns, exchange_rates
from mc.plots.surface import loss_surface
from mc.plots.text_collapse import classifier_curves, tail_maps, writing_curves
from mc.plots.validate import law_figure

__all__ = [
    "accuracy_curves",
    "beside_published",
    "bubble",
    "chain_figure",
    "claim_board",
    "class_figure",
    "classifier_curves",
    "click_returns",
    "compared_curves",
    "compared_losses",
    "control_losses",
    "costs",
    "drift_or_information",
    "exchange_rates",
    "frontier_losses",
    "law_figure",
    "loss_surface",
    "paired_loss",
    "rates_by_size",
    "save",
    "search_history",
    "search_slices",
    "selection_drift",
    "selection_scores",
    "tail_maps",
    "three_metrics",
    "tolerance",
    "writing_curves",
]
