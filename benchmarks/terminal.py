"""Drive a terminal as a person would (in tmux), and draw what it shows."""

from __future__ import annotations

import io
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
_SETTLE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Terminal:
    """Be a window of a tmux server of its own, which runs one command."""

    name: str
    columns: int = 132
    lines: int = 36
    home: Path = ROOT  # what is below it is drawn without its place on this machine

    def start(self, command: str) -> None:
        """Open the window."""
        size = ("-x", str(self.columns), "-y", str(self.lines))
        self._tmux("new-session", "-d", "-s", self.name, *size, command)

    def end(self) -> None:
        """Close the window and what runs in it."""
        self._tmux("kill-session", "-t", self.name)

    def keys(self, *words: str) -> None:
        """Press keys; after ``-l`` comes text as it is."""
        self._tmux("send-keys", "-t", self.name, *words)
        time.sleep(_SETTLE_SECONDS)

    def screen(self, *words: str) -> str:
        """Return what the terminal shows."""
        return self._tmux("capture-pane", "-p", "-t", self.name, *words)

    def type(self, text: str) -> None:
        """Type a line, and Enter."""
        if text:
            self.keys("-l", text)
        self.keys("Enter")

    def history(self) -> str:
        """Return what the terminal has shown, as far as it remembers; long lines are whole."""
        return self.screen("-J", "-S", "-2000")

    def wait(self, text: str, seconds: float = 120) -> None:
        """Wait until the terminal shows a text."""
        end = time.monotonic() + seconds
        while text not in self.screen():
            if time.monotonic() > end:
                raise SystemExit(f"{text!r} does not come:\n{self.screen()}")
            time.sleep(0.5)

    def draw(self, name: str, title: str, *, start: str = "", stop: str = "") -> None:
        """Draw the terminal as it is now, or its lines from one that has ``start`` in it to one
        before that with ``stop``; empty lines at the end are left out.
        """
        time.sleep(_SETTLE_SECONDS)
        lines = self.screen("-e", "-N").rstrip().split("\n")
        first = next((n for n, line in enumerate(lines) if start in line), 0)
        last = next((n for n, line in enumerate(lines) if stop and stop in line), len(lines))
        shown = "\n".join(_placeless(line, f"{self.home}/") for line in lines[first:last])
        console = Console(record=True, width=self.columns, file=io.StringIO())
        console.print(Text.from_ansi(shown.rstrip()), soft_wrap=True)
        PICTURES.mkdir(parents=True, exist_ok=True)
        console.save_svg(str(PICTURES / f"{name}.svg"), title=title)

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-L", self.name, "-f", "/dev/null", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _placeless(line: str, place: str) -> str:
    """Leave a place out of a line, and keep what stands in columns behind it where it is."""
    padding = " " * len(place) if "│" in line else ""
    return re.sub(f"{re.escape(place)}([^│]*)", rf"\1{padding}", line)
