"""Alarms without labels: what a window of predictions shows, and when it has changed.

Pure numpy, so that a strategy within a lineage can use it as well as a page about one.
"""
