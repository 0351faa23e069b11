"""What deploy/ starts, started as processes: it works, and nobody gets in without a password."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import children
import psutil
import pytest
import yaml
from corpora import make_corpus
from laboratory import ROOT
from mlflow import MlflowClient
from servers import Postgres, free_port, until

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SECRETS = ("database_password", "tracking_password", "session_key")


@dataclass
class Host:
    """One machine in the place of all containers: addresses and folders are its own."""

    folder: Path
    database: Postgres
    port: int

    def here(self, text: str) -> str:
        """A text of compose.yaml with what this machine has for it."""
        for theirs, ours in {
            "@database/": f"@127.0.0.1:{self.database.port}/",
            "tracking:5000": f"127.0.0.1:{self.port}",
            "--port=5000": f"--port={self.port}",
            "=/artifacts": f"={self.folder}/artifacts",
            "/laboratory/deploy": str(DEPLOY),
            "0.0.0.0": "127.0.0.1",
        }.items():
            text = text.replace(theirs, ours)
        return text

    def environment(self, service: str) -> dict[str, str]:
        wanted = COMPOSE["services"][service]["environment"]
        inherited = {key: at for key, at in os.environ.items() if "MLFLOW" not in key}
        return (
            inherited
            | {name: self.here(value) for name, value in wanted.items()}
            | {
                "SECRETS": str(self.folder / "secrets"),
                "PYTHONPATH": str(ROOT),
                "PATH": children.PATH,
                "MC_CACHE": str(self.folder / "cache"),
                "MLFLOW_AUTH_CONFIG_PATH": str(self.folder / "auth.ini"),
                "STORAGE": self.here("postgresql+psycopg://lab@database/study"),
            }
        )

    def start(self, service: str, *more: str) -> subprocess.Popen[str]:
        """Start what a container of the service would."""
        about = COMPOSE["services"][service]
        entry = about.get("entrypoint", ["/laboratory/deploy/with-secrets"])
        words = [self.here(word) for word in [*entry, *about.get("command", []), *more]]
        folder = self.folder / service
        folder.mkdir(exist_ok=True)
        with (folder / "log").open("a") as log:
            return children.start(
                words,
                cwd=folder,
                env=self.environment(service),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def log(self, service: str) -> str:
        return (self.folder / service / "log").read_text()

    def secret(self, name: str) -> str:
        return (self.folder / "secrets" / name).read_text()

    def get(self, path: str, **headers: str) -> int:
        try:
            with urlopen(Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code
        except OSError:
            return 0

    @property
    def pass_(self) -> str:
        return "Basic " + b64encode(f"lab:{self.secret('tracking_password')}".encode()).decode()


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    folder = Path(tempfile.mkdtemp(prefix="laboratory-"))
    folder.chmod(0o755)
    shutil.copytree(DEPLOY, folder / "deploy", ignore=shutil.ignore_patterns("secrets"))
    subprocess.run([folder / "deploy" / "make-secrets"], check=True)
    (folder / "deploy" / "secrets").rename(folder / "secrets")
    password = (folder / "secrets" / "database_password").read_text()
    database = Postgres(folder / "postgres", password)
    script = (DEPLOY / "databases.sql").read_text()
    database.execute(*re.findall(r"^CREATE.*;$", script, re.MULTILINE))
    accounts = (DEPLOY / "auth.ini").read_text().replace("/accounts/", f"{folder}/")
    (folder / "auth.ini").write_text(accounts)
    corpus = make_corpus(800)
    lines = [f"{label},{text}" for label, text in zip(corpus.labels, corpus.texts, strict=True)]
    (folder / "reviews.csv").write_text("\n".join(["label,text", *lines]))
    host = Host(folder, database, free_port())
    tracking = host.start("tracking")
    until(lambda: host.get("/health") == 200)
    yield host
    for process in psutil.Process(tracking.pid).children(recursive=True):
        process.kill()
    tracking.kill()
    tracking.wait()
    database.stop(at_once=True)
    shutil.rmtree(folder)


@pytest.mark.slow
def test_nobody_gets_in_without_the_password_or_by_another_name(host):
    runs = "/api/2.0/mlflow/experiments/get?experiment_id=0"
    assert host.get(runs) == 401
    assert host.get(runs, Authorization="Basic " + b64encode(b"lab:password1234").decode()) == 401
    assert host.get(runs, Authorization=host.pass_) == 200
    assert host.get(runs, Authorization=host.pass_, Host="evil.example") == 403


@pytest.mark.slow
def test_a_stage_is_done_by_the_workers_and_no_secret_is_shown(host, monkeypatch):
    data = {"data": str(host.folder / "reviews.csv"), "data_params": "balance=false"}
    sizes = {"initial_size": "300", "increment": "50", "final_size": "500", "test_size": "200"}
    asked = {**data, **sizes, "rates": "0,0.5,1", "repetitions": "2"}
    workers = [host.start("worker") for _ in range(2)]
    options = [word for name, value in asked.items() for word in (f"--{name}", value)]
    stage = host.start("stage", "collapse_rates", *options)
    titles: set[str] = set()
    end = time.monotonic() + 240
    while stage.poll() is None:
        assert time.monotonic() < end, host.log("stage") + host.log("worker")
        for process in psutil.process_iter(["cmdline"]):
            titles.add(" ".join(process.info["cmdline"] or []))
        time.sleep(0.5)
    assert stage.returncode == 0, host.log("stage") + host.log("worker")
    for worker in workers:
        worker.terminate()
        worker.wait(60)
    assert "interrupted; the same command goes on from here" in host.log("worker")

    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "lab")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", host.secret("tracking_password"))
    client = MlflowClient(f"http://127.0.0.1:{host.port}")
    runs = client.search_runs(["0"])
    assert len(runs) == 7
    assert {run.info.status for run in runs} == {"FINISHED"}
    pages = [file.read_text() for file in host.folder.rglob("report.html")]
    assert len(pages) == 1
    shown = [*titles, *pages, *(run.to_dictionary().__repr__() for run in runs)]
    shown += [host.log(service) for service in ("stage", "worker", "tracking")]
    for name in SECRETS:
        assert not [text for text in shown if host.secret(name) in text], name


def test_only_the_tracking_server_is_published_and_on_loopback_only():
    ports = {name: service.get("ports", []) for name, service in COMPOSE["services"].items()}
    assert ports.pop("tracking") == ["127.0.0.1:5000:5000"]
    assert not any(ports.values())


def test_secrets_are_files_for_their_owner_and_never_replaced(tmp_path):
    script = shutil.copy(DEPLOY / "make-secrets", tmp_path)
    subprocess.run([script], check=True)
    first = {name: (tmp_path / "secrets" / name).read_text() for name in SECRETS}
    subprocess.run([script], check=True)
    for name, text in first.items():
        file = tmp_path / "secrets" / name
        assert file.read_text() == text
        assert len(text) >= 32
        assert file.stat().st_mode & 0o077 == 0
    assert len(set(first.values())) == len(SECRETS)
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_every_script_is_a_correct_one():
    for script in ("with-secrets", "make-secrets", "stage", "worker.slurm"):
        shell = "bash" if script.endswith("slurm") else "sh"
        subprocess.run([shell, "-n", DEPLOY / script], check=True)
    job = yaml.safe_load((DEPLOY / "worker-job.yaml").read_text())
    assert job["kind"] == "Job"
    arguments = job["spec"]["template"]["spec"]["containers"][0]["args"]
    assert [word for word in arguments if word.startswith("--storage=")] == [
        word for word in COMPOSE["services"]["worker"]["command"] if word.startswith("--storage=")
    ]
