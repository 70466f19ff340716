"""Draw what a terminal shows as an SVG: ``tmux capture-pane -e -p | python draw.py TITLE FILE``."""

from __future__ import annotations

import io
import sys

from rich.console import Console
from rich.text import Text


def main(title: str, file: str) -> None:
    """Read text with its colours from stdin."""
    text = Text.from_ansi(sys.stdin.read().rstrip())
    width = max(line.cell_len for line in text.split("\n"))
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True)
    console.print(text)
    console.save_svg(file, title=title)


if __name__ == "__main__":
    main(*sys.argv[1:])
