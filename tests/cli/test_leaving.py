"""Ctrl-C is neither lost nor a traceback, wherever it hits; a second one ends codeopt at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import environment

_APP = """
import signal, sys, time
from codeopt.cli import app

class Held:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def command(*_, **__):
{body}

app.app = command
app.main()
"""
_PRESSED = "    signal.raise_signal(signal.SIGINT)\n"
_TOLD = "codeopt: interrupted\n"


def _end(tmp_path: Path, body: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _APP.format(body=body)],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"    held = Held()\n{_PRESSED}", id="while it leaves, in a finaliser"),
        pytest.param("    held = Held()\n    del held\n    time.sleep(600)", id="in a finaliser"),
        pytest.param(
            f"    try:\n    {_PRESSED}    finally:\n        time.sleep(0.3)\n    {_PRESSED}"
            "        print('on', flush=True)\n        time.sleep(600)",
            id="again, while it cleans up",
        ),
    ],
)
def test_ctrl_c_ends_it_quietly(body: str, tmp_path: Path) -> None:
    done = _end(tmp_path, body)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", _TOLD)


def test_a_press_that_comes_twice_is_one(tmp_path: Path) -> None:
    """A wrapper passes on what the terminal has sent already: all is cleaned up in good order."""
    slow = "    sys.modules['codeopt.cli.leaving']._ONE_PRESS = 600\n"  # for a busy machine
    body = f"{slow}    try:\n    {_PRESSED}    finally:\n    {_PRESSED}        print('clean')"
    done = _end(tmp_path, body)
    assert (done.returncode, done.stdout, done.stderr) == (130, "clean\n", _TOLD)


def test_a_thread_that_goes_on_can_be_ended(tmp_path: Path) -> None:
    """Python waits for it when all is done and told."""
    body = """
    import os, threading
    def press():
        threading.main_thread().join()
        while True:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.1)
    threading.Thread(target=press).start()
    print("done")
    return 7
"""
    done = _end(tmp_path, body)
    assert (done.returncode, done.stdout, done.stderr) == (7, "done\n", "")


def test_what_nohup_ignores_stays_ignored(tmp_path: Path) -> None:
    body = "    signal.raise_signal(signal.SIGHUP)\n    print('on')"
    script = _APP.format(body=body)
    ignored = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{script}"
    words = [sys.executable, "-c", ignored]
    done = subprocess.run(words, env=environment(tmp_path), capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "on\n", "")
