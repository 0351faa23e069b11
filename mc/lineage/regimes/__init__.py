"""Which rows a generation trains on; regimes are one file each, named by the file.

A regime is ``rows(sizes, step, rng)``: a slice (no copy) or sorted row numbers (m,) among the first
``sizes[step]`` rows of the replicate's order; ``sizes`` ascend with the generations.
"""
