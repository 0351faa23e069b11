"""Strategies against collapse, one file each, named by the file.

A strategy changes the training set of a generation (`mc.lineage.training_set.TrainingSet`)::

    class Parameters(Settings):  # where it has any
        share: float = Field(0.1, ge=0, le=1, description="...")

    def apply(training: TrainingSet, *, share: float) -> TrainingSet: ...

and may declare

``is_control = True``
    It answers a question and does not help; leaderboards show it on request only.
``needs_weights = True``
    It weighs rows or makes labels soft; backends without weights are refused.
``needs_two_classes = True``
    More classes are refused.
``keeps(step, **settings)``
    Generations up to ``step`` that it may use later (``training.judged_by``). The newest one is
    always kept, others only if a strategy names them here.
``check(backend)``
    Raises a `ParameterError` if it does not support a backend.

Strategies are applied to every generation after the first, in the user's order; each sees the
result of the previous one. They are deterministic: random numbers come from ``training.rng``.
"""
