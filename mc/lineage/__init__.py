"""The loop: conditions, replicates, generations of models that learn from the one before.

Backends, regimes, labellings, strategies and systems are plug-ins: a file is a plug-in.
"""
