"""Lineages with something done against their collapse; what is done is `mc.strategies`."""
