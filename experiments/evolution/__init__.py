"""Generations of models under selection: who they are, how they breed, how they are scored."""
