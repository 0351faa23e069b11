"""Chains of models that learn from their own output, where theory knows the answer."""
