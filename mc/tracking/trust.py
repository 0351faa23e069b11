"""Which types a stored model may consist of, so that reading it runs no code of the file's."""

from collections.abc import Iterable, Sequence


def untrusted(types: Iterable[str], trusted: Sequence[str]) -> list[str]:
    """Those of some types that are not trusted.

    Parameters
    ----------
    types : iterable of str
        Beyond those that skops trusts itself, numpy's and scikit-learn's.
    trusted : sequence of str
        Full names; ``package.*`` is everything in a package.

    Examples
    --------
    >>> untrusted(["xgboost.core.Booster", "os.system"], ["xgboost.*"])
    ['os.system']
    """
    packages = tuple(each[:-1] for each in trusted if each.endswith(".*"))
    return [each for each in types if each not in trusted and not each.startswith(packages)]
