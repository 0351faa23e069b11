"""An interrupt always arrives, wherever it falls."""

import subprocess
import sys

import pytest
from laboratory import ROOT

CALLBACK = """
import os, signal, time, weakref
from mc.processes import interrupt_on_sigterm, is_ending
interrupt_on_sigterm()

class Thing:
    pass

def collected(_):
    os.kill(os.getpid(), signal.SIGTERM)  # Python does not let an exception out of here
    time.sleep(0.01)

thing = Thing()
watched = weakref.ref(thing, collected)
try:
    del thing
    for _ in range(100):
        time.sleep(0.1)
    print("lost")
except KeyboardInterrupt:
    print("interrupted", is_ending())
"""


AT_ONCE_AGAIN = """
import os, signal, sys

def twice(frame, event, arg):
    if frame.f_code.co_name == "again":
        sys.settrace(None)
        os.kill(os.getpid(), signal.SIGTERM)

sys.settrace(twice)
"""


@pytest.mark.parametrize("script", [CALLBACK, AT_ONCE_AGAIN + CALLBACK], ids=["once", "twice"])
def test_an_interrupt_that_falls_into_a_callback_comes_again_without_a_word(script):
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("interrupted True\n", "")
