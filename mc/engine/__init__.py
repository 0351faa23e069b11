"""Runs experiments: command line, run life cycle, job queue, workers here and elsewhere."""
