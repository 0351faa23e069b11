"""Results of lineages of generators to tables."""

import pandas as pd

from experiments.text_collapse import early_signs
from experiments.text_collapse.judging import DECILE, DESCRIPTIONS
from experiments.text_collapse.leaderboard import has_cures, leaderboard, uncured
from mc.lineage import metrics

RULES = ("decoding", "temperature")
UNWATCHED = {"collapsed", "train_words"}  # an alarm itself; what people decide


def frames(generations: pd.DataFrame, false_alarms: float) -> dict[str, pd.DataFrame]:
    """All that the page is made of.

    ``early_signs`` is missing where repetitions are too few, ``cures`` where there is none; the
    former are signs of lineages without a cure.
    """
    found = {"generations": generations}
    if has_cures(generations):
        found["cures"] = leaderboard(with_rules(generations))
    signs = _signs(with_rules(uncured(generations)), false_alarms)
    return found if signs is None else found | {"early_signs": signs}


def with_rules(generations: pd.DataFrame) -> pd.DataFrame:
    """Regimes with the rule of decoding and the temperature, where there are several."""
    several = [name for name in RULES if name in generations and generations[name].nunique() > 1]
    regime = generations["regime"]
    for name in several:
        said = generations[name].map(lambda at: at if isinstance(at, str) else f"T={at:g}")
        regime = regime + ", " + said
    return generations.assign(regime=regime)


def _signs(rows: pd.DataFrame, false_alarms: float) -> pd.DataFrame | None:
    """When each measure moves, by regime and rate."""
    known = [*metrics.DESCRIPTIONS, *DESCRIPTIONS]
    watched = [
        name
        for name in known
        if name in rows and name not in UNWATCHED and not name.startswith(DECILE.format(""))
    ]
    wanted, last = early_signs.repetitions_needed(false_alarms), int(rows["generation"].max())
    found = []
    for regime, own in rows.groupby("regime", sort=False):
        replicates = own.groupby("rate")["replicate"].nunique()
        if 0.0 not in replicates or len(replicates) < 2 or replicates.min() < wanted:
            continue
        alarms = early_signs.first_alarms(own, watched, false_alarms)
        found.append(early_signs.ranking(alarms, last).assign(regime=regime))
    return pd.concat(found).assign(false_alarms=false_alarms) if found else None
