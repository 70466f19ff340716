"""Do what a review asks for: read, judge, take patches, show the report."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass

from codeopt.cli.reviewing import OpenReview
from codeopt.model.evidence import Attempt
from codeopt.report.html import page


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """Implement the Desk of a review on a run and its repository."""

    opened: OpenReview

    def take_commits(self, attempts: Sequence[Attempt]) -> str:
        """Put patches on the current branch as commits."""
        tip = self.opened.checkout.take_commits([a.commit for a in attempts if a.commit])
        where = self.opened.repository.status().branch or "HEAD"
        return f"{where} is at {tip[:12]} now, with {_count(attempts)} as commits."

    def take_files(self, attempts: Sequence[Attempt]) -> str:
        """Make the changes of patches in the files."""
        self.opened.checkout.take_files([a.commit for a in attempts if a.commit])
        return f"{_count(attempts).capitalize()} changed your files; nothing is committed."

    def open_report(self) -> str:
        """Write the HTML report beside the run, and show it where there is a display."""
        file = self.opened.directory.path / "report.html"
        file.write_text(page.render(self.opened.record), "utf-8")
        if sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ):
            webbrowser.open(file.as_uri())
        return f"The report is {file}"


def _count(attempts: Sequence[Attempt]) -> str:
    return "1 patch" if len(attempts) == 1 else f"{len(attempts)} patches"
