"""The model-collapse laboratory: what happens to a classifier trained on its own labels."""
