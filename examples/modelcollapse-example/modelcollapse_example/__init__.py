"""Plug-ins for the model-collapse laboratory, to begin from."""
