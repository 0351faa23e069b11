"""Which rows a generation trains on, one file each; the file's name is what the user types.

A regime is ``rows(sizes, step, rng)``: a slice (no copy) or sorted row numbers (m,) among the first
``sizes[step]`` rows of the replicate's order, where ``sizes`` grow with the generations.
"""
