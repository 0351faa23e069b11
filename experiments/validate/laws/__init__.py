"""Laws with known answers, one file each; the file's name is what the user types.

A law has a ``title``, a ``source`` (the paper and its equation) and ``check(repetitions, seed)``,
which simulates and returns a list of `Check`. ``repetitions`` is the number of chains; a law whose
repetition costs more takes a share of them, as it says.
"""
