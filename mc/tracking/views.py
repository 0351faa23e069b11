"""Views that MLflow's UI opens with their charts: one of a stage's runs, one of its lineages.

They are what the UI's own button *Share* writes: a tag of the experiment that holds the state of
its page, opened by an address with the tag's name. Other clients ignore them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from mlflow import MlflowClient

from mc.tracking.store import KIND, LINEAGE, STAGE, STAGE_NAME

TAG = "mlflow.sharedViewState."
MAX_CHARTS = 12
MAX_LETTERS = 5000  # of a tag
BOUNDS = ("_low", "_high")  # metrics that only bound another one
PAGE = "#/experiments/{}/runs?viewStateShareKey={}&compareRunsMode=CHART"
TRAINING = "&workflowType=machine_learning"  # else the UI opens as one for language models
BY_RATE = {
    "aggregateFunction": "average",
    "groupByKeys": [
        {"mode": "param", "groupByData": "backend"},
        {"mode": "param", "groupByData": "rate"},
    ],
}


def save(client: MlflowClient, experiment: str, stage: str, metrics: Iterable[str]) -> None:
    """Let the UI show charts of these metrics, and those of earlier runs of the stage.

    Parameters
    ----------
    metrics : iterable of str
        What the newest stage run has logged.
    """
    tags = client.get_experiment(experiment).tags
    shown = [name for name in dict.fromkeys(metrics) if not name.partition("/")[0].endswith(BOUNDS)]
    charts = list(dict.fromkeys([*shown, *_charts(tags.get(TAG + stage))]))[:MAX_CHARTS]
    views = {
        stage: _view(stage, STAGE, charts, f"{stage}: at the end, by collapse rate in per cent"),
        f"{stage}-lineages": {
            **_view(stage, LINEAGE, ["loss_points", "accuracy"], f"{stage}: by generation"),
            "groupBy": BY_RATE,
        },
    }
    for name, view in views.items():
        text = json.dumps(view, separators=(",", ":"))
        if tags.get(TAG + name) != text and len(text) <= MAX_LETTERS:
            client.set_experiment_tag(experiment, TAG + name, text)


def address(experiment: str, stage: str) -> str:
    """Where the UI shows the view of a stage's runs, below the server's own address."""
    return PAGE.format(experiment, stage) + TRAINING


def _view(stage: str, kind: str, metrics: Sequence[str], title: str) -> Mapping[str, Any]:
    """The state of a page with one line chart a metric, over steps.

    The UI makes a section of its own for metrics with a slash, and sorts sections by name: a space
    puts ours first.
    """
    return {
        "searchFilter": f'tags.{STAGE_NAME} = "{stage}" and tags.{KIND} = "{kind}"',
        "orderByKey": "attributes.start_time" if kind == STAGE else "params.`rate`",
        "orderByAsc": False,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "modelVersionFilter": "All Runs",
        "datasetsFilter": [],
        "selectedColumns": ["params.`backend`", "params.`rate`", "metrics.`loss_points`"],
        "runsHiddenMode": "FIRST_20_RUNS",
        "compareRunSections": [
            {"uuid": "charts", "name": f" {title}", "display": True, "isReordered": False}
        ],
        "compareRunCharts": [_chart(name) for name in metrics],
    }


def _chart(metric: str) -> Mapping[str, Any]:
    return {
        "uuid": metric,
        "type": "LINE",
        "runsCountToCompare": 20,
        "metricKey": metric,
        "selectedMetricKeys": [metric],
        "metricSectionId": "charts",
        "deleted": False,
        "isGenerated": False,
        "lineSmoothness": 0,
        "xAxisKey": "step",
        "yAxisKey": "metric",
    }


def _charts(text: str | None) -> list[str]:
    """Metrics of a view that was saved before; none where another program wrote it."""
    with suppress(ValueError, KeyError, TypeError):
        return [str(chart["metricKey"]) for chart in json.loads(text or "{}")["compareRunCharts"]]
    return []
