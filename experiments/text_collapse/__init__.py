"""Generators trained on what they wrote themselves, and classifiers that learn from it."""
