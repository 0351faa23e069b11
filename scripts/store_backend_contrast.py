"""Run three backends on real reviews and store what each loses, for the page of `collapse_rates`.

Runs `compare_backends` in a temporary folder, with its own MLflow store, and writes one row for
each backend and rate to ``mc/report/growth/backend_contrast.csv``. Only averages over repetitions
leave it: no review, name or path.

    python -m scripts.store_backend_contrast path/to/reviews.parquet
"""

import os
import tempfile
from contextlib import chdir
from pathlib import Path

import click

from experiments.compare_backends import experiment
from experiments.compare_backends.settings import Settings
from mc.data.features import open_features
from mc.engine import preparation
from mc.report.growth import backend_contrast
from mc.report.stage_result import StageResult
from mc.tracking import results, store

RATES = (0.0, 0.3, 0.6, 1.0)


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--reviews", default="balanced Amazon reviews", help="what the file holds")
@click.option("--repetitions", default=5, help="replicates of each backend and rate")
@click.option("--jobs", default=-1, help="worker processes; -1 for one per core")
def main(file: Path, reviews: str, repetitions: int, jobs: int) -> None:
    """Run the lineages and write the table."""
    settings = Settings(
        data=str(file.resolve()),
        backends=("lightgbm", "logistic", "random_forest"),
        labellings=("argmax",),
        rates=RATES,
        initial_size=1_000,
        increment=500,
        final_size=10_000,
        repetitions=repetitions,
        log_models="none",
        jobs=jobs,
    )
    generations = finished(settings).frames["generations"]
    labels = open_features(preparation.prepare_features(settings)).labels
    table = backend_contrast.contrast(generations, f"{len(labels):,} {reviews}")
    table.to_csv(backend_contrast.FILE, index=False, float_format="%.6g", lineterminator="\n")
    print(table.to_string(index=False))


def finished(settings: Settings) -> StageResult:
    """Run the experiment where nothing else is logged, and read its result back."""
    for name in ("MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_ID", "MLFLOW_EXPERIMENT_NAME"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder}/mlflow.db"
        experiment.run(settings)
        client = store.connect()
        runs = results.newest_stage_runs(client, store.experiment_id(client), "compare_backends")
        (result,) = results.read_stage_results(client, runs)
    return result


if __name__ == "__main__":
    main()
