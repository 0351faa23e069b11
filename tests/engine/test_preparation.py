"""What a stage shows, logs and tells others of its parameters: no password, no token."""

import pytest

from mc.engine import preparation, queue, remote_workers
from mc.engine.common import StudySettings
from mc.errors import ParameterError

SIGNED = "https://host/reviews.csv?sig=s3cret"
OPEN = "https://host/reviews.csv?download=1"
STORAGE = "sqlite:///optuna.db"


def test_parameters_are_shown_without_secrets():
    settings = StudySettings(data=SIGNED, storage="postgresql+psycopg://lab:s3cret@host/study")
    shown = preparation.shown(settings)
    assert "s3cret" not in str(shown)
    assert shown["data"] == "https://host/reviews.csv?***"
    assert shown["seed"] == "0"


def test_mlflow_run_is_refused_a_secret_in_data(monkeypatch):
    monkeypatch.setenv("MLFLOW_RUN_ID", "abc")
    with pytest.raises(ParameterError, match=r"data holds a password or a token.* delete run abc"):
        preparation.set_up_process(StudySettings(data=SIGNED))


def test_a_stage_tells_workers_its_address_and_no_secret(features):
    own = {"data": "", "data_params": "", "storage": STORAGE, "jobs": 1}
    for study, data in (("open", OPEN), ("signed", SIGNED)):
        queue.open_study(STORAGE, study)
        settings = StudySettings(data=data)
        remote_workers.announce("collapse_rates", settings, [study], "run", features)
    (notice,) = remote_workers.notices(STORAGE, "open", 0)
    assert remote_workers.settings_of(notice, **own)["data"] == OPEN
    (notice,) = remote_workers.notices(STORAGE, "signed", 0)
    assert "s3cret" not in str(notice)
    with pytest.raises(ParameterError, match=r"which it keeps to itself; give it here with data="):
        remote_workers.settings_of(notice, **own)
    assert remote_workers.settings_of(notice, **{**own, "data": SIGNED})["data"] == SIGNED
