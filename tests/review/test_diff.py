"""A diff is taken apart line by line; both versions keep their own line numbers."""

from __future__ import annotations

from rich.console import Console

from codeopt.review.diff import DARK, Line, lines, side_by_side, unified

DIFF = """\
--- a/x.py
+++ b/x.py
@@ -1,4 +1,3 @@
 def f(x):
-    a = '''one
-    two'''
+    a = 1

@@ -20 +19,2 @@
--- a/not a header
+++ b\x1b[31m
+[bold]q[/bold]
\\ No newline at end of file
"""


def shown(render: object, width: int = 100) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(render)
    return captured.get()


def test_lines() -> None:
    found = lines(DIFF)
    assert found[3:] == (
        Line(" ", "def f(x):", 1, 1),
        Line("-", "    a = '''one", 2, None),
        Line("-", "    two'''", 3, None),
        Line("+", "    a = 1", None, 2),
        Line(" ", "", 4, 3),
        Line("@", "@@ -20 +19,2 @@"),
        Line("-", "-- a/not a header", 20, None),
        Line("+", "++ b�[31m", None, 19),
        Line("+", "[bold]q[/bold]", None, 20),
        Line("@", "\\ No newline at end of file"),
    )
    assert lines("") == (Line("@", ""),)


def test_unified() -> None:
    text = [line.rstrip() for line in shown(unified(DIFF, DARK)).splitlines()]
    assert text[5].split() == ["3", "-", "two'''"]
    assert text[6].split() == ["2", "+", "a", "=", "1"]
    assert text[11].split() == ["20", "+", "[bold]q[/bold]"]


def test_side_by_side() -> None:
    text = [line.rstrip() for line in shown(side_by_side(DIFF, DARK)).splitlines()]
    assert text[4].split() == ["2", "a", "=", "'''one", "2", "a", "=", "1"]
    assert text[5].split() == ["3", "two'''"]
    assert text[9].split() == ["20", "[bold]q[/bold]"]
    removed = "20 -- a/not a header 19 ++ b�[31m"  # beside the first line that was added
    assert text[8].split() == removed.split()
