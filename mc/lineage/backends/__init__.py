"""Classifier families, one file each, named by the file.

A backend declares

``representation``
    Its features (`mc.data.vectoriser.Representation`).
``parameters``, ``presets``
    The settings in ``backend_params``, and named groups of settings.
``space`` (optional)
    Parameters that evolution mutates and the model search tries, with their ranges
    (`mc.lineage.space`).
``stronger`` (optional)
    Parameters that regularise it, each with a power: the strategy ``regularise`` multiplies a
    parameter by ``strength**power``.
``least_with_pairs`` (optional)
    Minimum values of settings for training sets in which reviews occur with both labels.
``trusted_types``
    Types of its logged model that are not scikit-learn's.
``fit(X, y, *, seed, previous, **parameters)``
    A fitted scikit-learn classifier. ``y`` (m,) always holds both classes; ``previous`` is the
    classifier of the previous generation, or None: a start for the solver, which may change the
    result within the solver's tolerance only. Deterministic, on one thread.

    Optional: a parameter ``weights=None``, (m,) above 0, the weight of each row. It is passed only
    if weights differ; without it, strategies that weigh rows are refused.
"""
