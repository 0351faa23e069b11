"""Corpora: readers of review files, simulated reviews, features and their caches."""
