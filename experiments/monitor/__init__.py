"""A label-free monitor of lineages, and of a user's own log of predictions."""
