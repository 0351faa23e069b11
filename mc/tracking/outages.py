"""Says that the tracking server does not answer, for which MLflow's client waits without a word."""

import logging

import click

CLIENT = "urllib3.connectionpool"  # logs each attempt that failed, with all those before it


class Notice(logging.Handler):
    """Speaks at the first failed attempt of a request."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it once, whatever urllib3 still has to say of the same request."""
        attempts = record.args[0] if isinstance(record.args, tuple) and record.args else None
        if len(getattr(attempts, "history", ())) == 1:
            click.echo("the tracking server does not answer; waiting for it", err=True)


def warn_on_stderr() -> None:
    """Print a warning to stderr while the server is unreachable."""
    logger = logging.getLogger(CLIENT)
    if not any(isinstance(each, Notice) for each in logger.handlers):
        logger.addHandler(Notice(logging.WARNING))
