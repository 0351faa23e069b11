"""The loop: conditions, replicates, and generations that learn from the previous one's output.

Backends, regimes, strategies and systems are plug-ins, one file each.
"""
