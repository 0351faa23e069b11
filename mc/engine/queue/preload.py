"""Has Optuna import what it imports with the first database that it opens."""

import optuna

optuna.storages.RDBStorage("sqlite://")  # in memory
