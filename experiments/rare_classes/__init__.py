"""Rare classes: which classes vanish first, when, and what keeps them."""
