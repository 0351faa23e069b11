"""Systems in which theory says what becomes of a model that learns from its own output.

A system is a file; its name is what the user types. It simulates many independent chains of models
at once, as arrays whose first axis is the chain, and declares

``title``, ``about``
    What a page calls it; what is simulated.
``metrics``
    Name to what it means; the first is the main one. ``perfect``: the truth's own values.
``begin(rng, chains, size)``
    What stays as it is along a chain, handed to all others as ``world``.
``draw(world, rng)``
    ``size`` fresh rows of each chain from the truth, (chains, size, ...).
``imitate(world, model, fresh, rng)``
    The same rows as a model makes them.
``fit(world, rows)``
    The model that learns from (chains, n, ...) rows.
``measure(world, model)``
    Metric to its value in each chain, (chains,).
``theory(regime, rate, size, steps)``
    Metric to its expected values at generations 0, 1, ..., (steps,), where they are known.
``portrait(world, model)``, optional
    Figures of the first chain alone, for a picture.
"""
