"""Cures for generators that read generated text, one file each, named by the file.

A cure changes what a generation is about to read (`mc.text.reading.Reading`), after the texts are
collected and before the generator and the classifier are trained. The collected texts stay as they
are, and later generations are offered them again. A file declares

``Parameters`` (optional)
    Its settings; the user writes a value after a colon, as in ``fresh:0.1``. Where there are
    several, they are written as ``name:one=1:two=2``.
``prepare(origin, **parameters)``
    A function from `Reading` to `Reading`. What the cure learns from generation 0
    (`mc.text.reading.Origin`) is learned here, once for a lineage.
``needs_previous`` (optional)
    Whether it asks the generator of the generation before, so that a checkpoint has to hold it.
``needs_editor`` (optional)
    Whether generators must be able to edit (`mc.text.generators.Editor`).
``weighs_words``, ``weighs_texts`` (optional)
    Whether generators must take weights of words, and the classifier weights of texts as well.

Cures apply to every generation after the first. They are deterministic: random numbers come from
the reading's ``rng`` and ``draws``.
"""
