"""Classifier families, one file each; the file's name is what the user types.

A backend declares

``representation``
    How it wants its texts (`mc.data.features.Representation`).
``parameters``, ``presets``
    What ``backend_params`` may set, and named groups of settings.
``space`` (optional)
    Which of its parameters evolution may mutate and the model search may try, and in which range
    (`mc.lineage.space`).
``stronger`` (optional)
    What regularises it: parameter to the power of a strength by which it is multiplied.
``least_with_pairs`` (optional)
    Least values of settings where reviews come twice, as positive and as negative.
``trusted_types``
    Types beyond scikit-learn's own that its logged model consists of.
``fit(X, y, *, seed, previous, **parameters)``
    A fitted scikit-learn classifier. ``y`` (m,) always holds both classes; ``previous`` is the
    classifier of the generation before, or None: a start for the solver, never a change of result
    beyond the solver's tolerance. Same arguments, same classifier, on one thread.

    Optional: a parameter ``weights=None``, (m,) above 0, how much each row counts. It is passed
    only if rows count differently; without it, strategies that weigh rows are refused.
"""
