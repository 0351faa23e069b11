"""The stages of the original study, in its order."""

STAGES = (
    "training_size",
    "total_collapse",
    "collapse_rates",
    "low_rates",
    "fine_rates",
    "compare_backends",
    "model_search",
    "evolution",
)
