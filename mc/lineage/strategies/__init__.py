"""What helps against collapse, one file each; the file's name is what the user types.

A strategy changes what a generation is about to train on (`mc.lineage.training_set.TrainingSet`)::

    class Parameters(Settings):  # where it has any
        share: float = Field(0.1, ge=0, le=1, description="...")

    def apply(training: TrainingSet, *, share: float) -> TrainingSet: ...

and may declare

``is_control = True``
    It answers a question rather than helps; no leaderboard shows it unasked.
``needs_weights = True``
    It weighs rows or gives probabilities as labels: a backend without weights is refused.
``keeps(step, **settings)``
    Generations up to ``step`` that it may ask later (``training.judged_by``). The newest one is
    always kept; others are kept only if a strategy names them here.
``check(backend)``
    Raises a `ParameterError` where it cannot work with a backend.

Strategies are applied to every generation after the first, in the
order in which the user names them; each sees what those before it made. Same training, same answer:
random numbers come from ``training.rng``.
"""
