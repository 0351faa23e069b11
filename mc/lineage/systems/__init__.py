"""Systems with a known theory of models that learn from their own output.

A system is a file, named by the file. It simulates many independent chains of models at once, as
arrays whose first axis is the chain, and declares

``title``, ``about``
    Its title on a page; what it simulates.
``metrics``
    Name to meaning; the first is the main metric. ``perfect`` has the values of the truth.
``begin(rng, chains, size)``
    The constants of each chain, passed to all other functions as ``world``.
``draw(world, rng)``
    ``size`` fresh rows of each chain from the truth, (chains, size, ...).
``imitate(world, model, fresh, rng)``
    The same rows, made by a model.
``fit(world, rows)``
    The model fitted to (chains, n, ...) rows.
``measure(world, model)``
    Metric to values, (chains,).
``theory(regime, rate, size, steps)``
    Metric to expected values at generations 0, 1, ..., (steps,), for metrics with a known theory.
``portrait(world, model)``, optional
    Further figures of the first chain, for a plot. ``portraits`` has their names and what the
    reader calls each: ``share/german_shepherd`` is the German shepherd.
"""
