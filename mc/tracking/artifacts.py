"""MLflow's artifacts as a file system of fsspec's, so that `data` may be among them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import mlflow.artifacts
from fsspec import AbstractFileSystem, Callback, register_implementation
from mlflow.exceptions import MlflowException

from mc.data.addresses import without_secrets
from mc.errors import TrackingError
from mc.tracking.store import connect


def register() -> None:
    """Let fsspec open addresses like ``runs:/<run id>/reviews.csv``."""
    for protocol in Artifacts.protocol:
        register_implementation(protocol, Artifacts, clobber=True)


class Artifacts(AbstractFileSystem):  # type: ignore[misc]
    """Files that MLflow runs logged, read only; a path is the whole address.

    MLflow tells a file's size and no more of its version: what a run has logged stays.
    """

    protocol = ("runs", "models", "mlflow-artifacts")
    cachable = False  # the tracking store may be another one next time

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        connect()  # MLflow itself would make a new store in steps, and say a lot

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return path.rstrip("/")

    def ls(self, path: str, detail: bool = True, **more: object) -> list[Any]:
        """What lies directly below a folder; nothing below a file."""
        folder = f"{self._strip_protocol(path)}/"  # MLflow wants the last slash for a run's own
        with _as_files(path):
            found = mlflow.artifacts.list_artifacts(folder)
        entries = [
            {
                "name": folder + each.path.rpartition("/")[2],
                "type": "directory" if each.is_dir else "file",
                "size": each.file_size,
            }
            for each in found
        ]
        return entries if detail else [each["name"] for each in entries]

    def info(self, path: str, **more: object) -> dict[str, Any]:
        """What is known of a file or a folder."""
        path = self._strip_protocol(path)
        if self.ls(path):
            return {"name": path, "type": "directory", "size": 0}
        for entry in self.ls(self._parent(path)):
            if entry["name"] == path:
                return dict(entry)
        raise FileNotFoundError(path)

    def get_file(
        self, rpath: str, lpath: str, callback: Callback | None = None, **more: object
    ) -> None:
        """Copy a file to a local path."""
        with _as_files(rpath), TemporaryDirectory(dir=Path(lpath).parent) as folder:
            Path(mlflow.artifacts.download_artifacts(rpath, dst_path=folder)).replace(lpath)


@contextmanager
def _as_files(path: str) -> Iterator[None]:
    """Raise what file systems do; MLflow's client has tried again by itself."""
    try:
        yield
    except MlflowException as error:
        status = error.get_http_status_code()  # type: ignore[no-untyped-call]
        first = without_secrets((str(error).splitlines() or [""])[0])
        if status in (401, 403):
            raise PermissionError(first) from error
        if status == 404:
            raise FileNotFoundError(first) from error
        raise TrackingError(
            f"data={without_secrets(path)!r} cannot be had from the tracking store: {first}; "
            "check MLFLOW_TRACKING_URI and the address"
        ) from error
