"""Repositories and runs of any size, made up, to see what grows with them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from codeopt.adapters.sqlite_journal import SqliteJournal
from codeopt.ledger import Ledger
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Hotspot, Profile
from codeopt.model.run import Outcome
from tests.support import values

_PER_FILE, _PER_FOLDER, _KEPT_OF = 20, 50, 10
_HEAD = '''"""Part {number} of the accounts."""

import math
import re
from collections import defaultdict

from {package} import {sibling}


class Account{number}:
    """Keep entries, and add them up."""

    def __init__(self, entries, rate=1.0):
        self.entries = list(entries)
        self.rate = rate

    def total(self, since=0):
        """Return the sum of what was entered."""
        return sum(self.worth(each) for each in self.entries if each >= since)

    def worth(self, entry):
        """Return what an entry is worth."""
        return math.floor(entry * self.rate)
'''
_FUNCTION = '''

def step_{number}(rows, key=None, *, limit={limit}):
    """Group rows by a key, and go on with the next step."""
    groups = defaultdict(list)
    for row in rows:
        name = re.sub(r"\\s+", " ", str(row.get(key, "")).strip())
        if name and len(groups[name]) < limit:
            groups[name].append(Account{account}([len(name), limit]).total())
    if not groups:
        return {sibling}.step_{other}(rows, key)
    return step_{next}([{{"name": name, "size": sum(group)}} for name, group in groups.items()])
'''


def repository(place: Path, functions: int) -> None:
    """Write a repository of so many functions; they call each other within files and across."""
    rng = random.Random(functions)
    files = functions // _PER_FILE
    for number in range(files):
        folder = place / "tree" / f"part_{number // _PER_FOLDER}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
        first = number - number % _PER_FOLDER
        other = rng.randrange(first, min(files, first + _PER_FOLDER))
        text = _file(number, f"part_{number // _PER_FOLDER}", f"accounts_{other}", rng)
        (folder / f"accounts_{number}.py").write_text(text, "utf-8")


def _file(number: int, package: str, sibling: str, rng: random.Random) -> str:
    parts = [_HEAD.format(number=number, package=package, sibling=sibling)]
    steps = _PER_FILE - 3  # the class has three
    for step in range(steps):
        names = {"limit": rng.randrange(2, 99), "account": number, "sibling": sibling}
        names |= {"number": step, "other": rng.randrange(steps), "next": (step + 1) % steps}
        parts.append(_FUNCTION.format(**names))
    return "".join(parts)


def run(place: Path, candidates: int) -> None:
    """Leave the journal of a run behind that tried so many candidates and kept every tenth."""
    place.mkdir(parents=True, exist_ok=True)
    journal = SqliteJournal(place / "journal.sqlite")
    ledger = Ledger(journal)
    ledger.put("meta", "", values.meta())
    ledger.put("profile", "", _profile(candidates))
    ledger.put("control", "", values.record().control)
    for attempt in attempts(candidates):
        ledger.put("attempt", attempt.candidate_digest, attempt)
    kept = sum(1 for each in range(candidates) if not each % _KEPT_OF)
    ledger.put("outcome", "", Outcome(kept, candidates - kept, 3600.0))
    journal.close()


def attempts(candidates: int) -> list[Attempt]:
    """Return what was tried: with a diff of forty lines, and thirty ratios where it was kept."""
    return [_attempt(number) for number in range(candidates)]


def _attempt(number: int) -> Attempt:
    keep = not number % _KEPT_OF
    target = FunctionId(f"pkg/part_{number // 40}.py", f"Table.step_{number // 4}")
    lines = "".join(f"-    before = {n} * value\n+    after = {n} * value\n" for n in range(20))
    diff = f"--- a/{target.path}\n+++ b/{target.path}\n@@ -1,20 +1,20 @@\n{lines}"
    fields = {"candidate_digest": f"{number:064x}", "target": target, "diff": diff}
    if not keep:
        return replace(values.rejected(verdict=values.verdict()), **fields)
    rng = random.Random(number)
    ratios = tuple(rng.uniform(1.3, 1.5) for _ in range(30))
    known = values.kept().measurement
    assert known is not None
    return replace(values.kept(), measurement=replace(known, ratios=ratios), **fields)


def _profile(candidates: int) -> Profile:
    count = max(1, candidates // 4)
    spots = (FunctionId(f"pkg/part_{n // 10}.py", f"Table.step_{n}") for n in range(count))
    share = 1 / count
    found = tuple(Hotspot(each, 1.0, 2.0, share, share, 100, (), 1.5, share) for each in spots)
    return Profile(values.WORKLOAD, found, 4.0, 400, 0.002)
