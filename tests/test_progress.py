"""Laws of what is shown while something takes long."""

import threading
import time

from mc import progress


def test_a_long_wait_shows_signs_of_life_and_ends_with_what_it_waited_for(monkeypatch, capsys):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_SIGNS", 0.01)
    before = threading.active_count()
    with progress.waiting("reading reviews.csv"):
        time.sleep(0.2)
    assert "reading reviews.csv: 0 s so far" in capsys.readouterr().err
    assert threading.active_count() == before


def test_a_short_wait_says_nothing(capsys):
    with progress.waiting("reading reviews.csv"):
        pass
    assert capsys.readouterr().err == ""
