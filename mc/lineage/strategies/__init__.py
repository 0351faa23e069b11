"""What helps against collapse, one file each; the file's name is what the user types.

A strategy changes what a generation is about to train on (`mc.lineage.training_set.TrainingSet`)::

    parameters = {"share": Param(0.1, "...", low=0.0, high=1.0)}

    def apply(training: TrainingSet, *, share: float) -> TrainingSet: ...

and may declare ``is_control = True``: then it answers a question rather than helps, and no
leaderboard shows it unasked, and ``check(backend)``, which raises a `ParameterError` where it
cannot work with a backend. Strategies are applied to every generation after the first, in the
order in which the user names them; each sees what those before it made. Same training, same answer:
random numbers come from ``training.rng``.
"""
