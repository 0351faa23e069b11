"""The laboratory from Python: data in memory, any classifier, results as frames and figures.

Uses the same loop, statistics and figures as the experiments. MLflow is imported where a study is
logged, and not before.
"""
