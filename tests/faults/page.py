"""Lay the results of the fault matrix out as docs/reliability.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.faults.candidates import FAULTS
from tests.faults.candidates import STAGES as JUDGED
from tests.faults.stages import STAGES

MARK = "**"  # stands around what is wrong, and nothing else
HARMLESS = {"kills its parent", "leaves a process behind"}  # in a sandbox: those may pass

_HEAD = """# Reliability

What happens to a run when something goes wrong. This page is written by `python -m tests.faults`,
which does each of these things to real runs, real candidates and a real HTTP endpoint; the answers
of the model are scripted. It ends with exit code 1 if there is anything wrong.

The whole takes an hour or more. With every change CI runs

- on one run: kill −9, Ctrl-C and SIGTERM in turn at twelve stages, and, while it waits for its
  model, a stop of 3 s, a second codeopt and a change of the repository
  (`tests/e2e/test_stops.py`);
- disks that are full or read-only (`tests/e2e/test_bad_input.py`), Ctrl-C twice
  (`tests/cli/test_leaving.py`), the kill of a workload, a suite and of codeopt beside its sandbox
  (`tests/profile/`, `tests/verify/test_suite.py`, `tests/contract/test_sandbox.py`);
- ten of the candidates, on recorded calls (`tests/faults/test_candidates.py`), and what limits all
  of them in each sandbox (`tests/contract/test_sandbox.py`);
- every fault of an endpoint (`tests/adapters/models/test_litellm_model.py`) and every shape of a
  repository (`tests/faults/test_shapes.py`).

The clock, and kills inside the sandbox of a whole run, are tried here only.

## What is done to a run

One run for each row is struck at each stage, one after the other; where a strike may cost the
candidate that it hits, each stage has a run of its own. After each strike: files, index, branches,
stash, HEAD and worktrees are as their owner left them; nothing that was journalled has changed; no
process is left when codeopt has ended; what it says has no traceback and says how to go on. At the
end: the run is complete, its branch holds every patch it kept, no question that had an answer was
asked again, and as many calls are counted as answers were recorded.

*resumes*: the run ended and `codeopt run --resume` went on. *goes on*: the run did not end.
*starts anew*: the run ended before there was anything to go on with, and leaves nothing.
*not reached*: there was no such moment any more. *1 lost*: the run kept one patch fewer than it
keeps in peace, as the candidate that was struck was rejected.
"""
_AFTER_RUNS = """
Where something of the sandbox is killed while calls are compared, that pass is made again;
while tests run, the candidate that they were run for is rejected; and a stage that has no
result without it ends the run with one clear line: it was killed by somebody, run codeopt
again. A second Ctrl-C within a fifth of a second counts as the same press, since some wrappers
pass on what the terminal has sent already; a later one ends codeopt at once, as kill −9 does.
The run holds no lock on the repository and needs none: an `index.lock` that another git left is
no hindrance. The clock that is set is that of the machine's calendar; what codeopt measures by
cannot be set.

## What a candidate does

The static gate refuses nearly all of these; here they go past it, straight to the stages that run
them, in {sandbox}. Each must end as a rejection with its reason, or do no harm; none may end
codeopt, or be there afterwards.
"""
_BEFORE_ENDPOINTS = """
*same*, *faster*: the harm did not get out of the sandbox and the candidate gives the same results.
*crash*: the process ended, or went beyond a limit of memory, processes or output; *timeout*: it
went beyond one of time; each reason says which. What is *slower*, or not faster, before it has done
its harm is refused for that.

## What an endpoint does

A loopback server misbehaves behind the real litellm. A failed call costs one sample, not the run;
before the first answer it ends the run with one clear line, since the settings may be wrong. *Cost*
is what each try counts against `--max-cost` and `--max-tokens`: an answer that broke off may have
been billed, so it counts at the most it can cost. A call is made, and made again, only if its worst
case fits beside what is spent and what is in flight. What was in flight when codeopt was killed
counts at its worst when the run goes on.

| what the endpoint does | codeopt gets | tries (1 retry) | cost of a try |
|---|---|---|---|
"""
_TAIL = """
An answer much longer than was asked for is cut. A retry after `Retry-After` is made within
`--call-timeout`, or not at all.

## What a repository looks like

`tests/faults/test_shapes.py` makes a repository of all of these at once and runs codeopt on it: a
worktree of a shallow clone, in a path with spaces and letters that are not ASCII; a submodule; a
file of Git LFS, fetched, with filters that fail; hooks that fail, every one; `core.autocrlf`;
modules with CRLF line ends, with mixed indentation, with a byte order mark, in Latin-1, not in any
encoding, with a NUL, empty; names that are no UTF-8, with a line break, with a dash in front; links
that lead nowhere and away. Patches are kept in the file with CRLF and in that with mixed
indentation, all other bytes unchanged; no hook and no filter runs.

## Known limits

- A file that declares an encoding other than UTF-8 is not optimised (it is said once, by name).
- A commit that was pruned (a rebase, then `git gc --prune=now` with an expired reflog) cannot be
  gone on with: codeopt says so, and what was kept stays on its branch.
- What a provider bills for a call that codeopt was killed in, or that broke off, nobody can know:
  it counts at its worst, which may be too much.
- Files of Git LFS that were not fetched are pointers in the tree that is tested; a suite that needs
  them is red before any change.
"""


def written(found: Mapping[str, Any], parts: Sequence[str]) -> str:
    """Return the page; parts that were not done are named as such."""
    rows = [found[name] for name in parts if name.startswith("run: ") and name in found]
    undone = [name.removeprefix("run: ") for name in parts if name not in found]
    judged = {stage: found.get(f"candidates: {stage}", []) for stage in JUDGED}
    text = _HEAD + "\n" + "\n".join(_runs(rows)) + "\n"
    if undone:
        text += f"\nNot tried: {', '.join(undone)}.\n"
    text += _AFTER_RUNS.format(sandbox="bubblewrap") + "\n" + "\n".join(_candidates(judged)) + "\n"
    met = "\n".join(map(_endpoint, found.get("endpoints", [])))
    return text + _BEFORE_ENDPOINTS + met + "\n" + _TAIL


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _runs(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    names = [stage.name for stage in STAGES]
    yield _line(["", *names])
    yield "|---" * (len(names) + 1) + "|"
    for row in rows:
        blank = row["note"] or "–"
        yield _line([row["fault"], *(row["cells"].get(name, blank) for name in names)])
    for row in rows:
        yield from (f"\n**Wrong:** {' '.join(wrong.split())[:200]}" for wrong in row["wrong"])


def _candidates(judged: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    judged = {stage: seen for stage, seen in judged.items() if seen}
    yield _line(["", *judged])
    yield "|---" * (len(judged) + 1) + "|"
    by_stage = {stage: {each["fault"]: each for each in seen} for stage, seen in judged.items()}
    for fault in FAULTS:
        yield _line([fault, *(_verdict(seen.get(fault)) for seen in by_stage.values())])


def _verdict(seen: dict[str, Any] | None) -> str:
    if seen is None:
        return "–"
    passed = seen["passed"] and seen["fault"] not in HARMLESS
    return (
        seen["verdict"]
        + (" **passed**" if passed else "")
        + (" **left behind**" if seen["left"] else "")
    )


def _endpoint(seen: dict[str, Any]) -> str:
    wrong = "" if seen["expected"] else " **(not as expected)**"
    return _line([seen["name"] + wrong, seen["outcome"], str(seen["asks"]), seen["cost"]])
