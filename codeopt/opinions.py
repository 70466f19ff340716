"""What people said of patches: kept with the run, and for every later run of the repository."""

from __future__ import annotations

from codeopt.ledger import Ledger
from codeopt.model.review import Choice, Opinion

_KIND = "opinion"


class Opinions:
    """Store opinions in the ledger of the repository, and in that of the run they are about."""

    def __init__(self, shared: Ledger, run: Ledger | None = None) -> None:
        self._shared, self._run = shared, run

    def give(self, opinion: Opinion) -> None:
        """Store an opinion durably; it replaces an earlier one on the same rewrite."""
        key = f"{opinion.target} {opinion.candidate_digest}"
        for ledger in (self._run, self._shared):
            if ledger is not None:
                ledger.put(_KIND, key, opinion)

    def all(self) -> tuple[Opinion, ...]:
        """Return the opinions on the rewrites of this run; without a run, on those of all runs."""
        return (self._run or self._shared).all(_KIND, Opinion)

    def rejected(self) -> tuple[Opinion, ...]:
        """Return every rejection that was made in this repository and not taken back."""
        given = self._shared.all(_KIND, Opinion)
        return tuple(each for each in given if each.choice is Choice.REJECTED)
