"""Say in one line why a workload could not be profiled, and what to do."""

from __future__ import annotations

import re

from codeopt.model.errors import PreconditionError
from codeopt.model.project import Interpreter, Workload, WorkloadKind
from codeopt.ports import Completed

_PYTEST = (WorkloadKind.PYTEST, WorkloadKind.BENCHMARK)
_NO_TESTS = 5
_MISSING = re.compile(r"(?:ModuleNotFoundError|ImportError): .*")
_ERROR = re.compile(r"^(?:E\s+)?\w*(?:Error|Exception|Interrupt)\b.*|^(?:FAILED|ERROR) .*", re.M)


def unfinished(done: Completed, workload: Workload, python: Interpreter) -> PreconditionError:
    """Describe a run that was stopped, or ended with a failure."""
    text = "\n".join(part.decode("utf-8", "replace") for part in (done.stderr, done.stdout))
    label = workload.label
    if done.stopped:
        return PreconditionError(
            f"{label} was stopped by a limit: {done.stopped}, after {done.wall_seconds:.0f} s",
            hint="raise --test-timeout, or name a smaller workload with --bench",
        )
    if done.was_killed:
        return PreconditionError(
            f"{label} was killed by somebody: by the system, if it is out of memory",
            hint="run codeopt again, or name a smaller workload with --bench",
        )
    missing = _MISSING.search(text)
    if missing:
        return PreconditionError(
            f"{label} cannot import what it needs: {_short(missing[0])}",
            hint=f"install it for {python.path}, or name another interpreter with --python",
        )
    if workload.kind in _PYTEST and done.returncode == _NO_TESTS:
        return PreconditionError(
            f"{label} collected no tests", hint="name the tests with --test, e.g. 'pytest path'"
        )
    return PreconditionError(
        f"{label} failed with exit code {done.returncode}: {_telling(text)}",
        hint="make it pass first; the command is " + " ".join(workload.argv),
    )


def unseen(workload: Workload) -> PreconditionError:
    """Describe a workload in which no Python process could be observed."""
    return PreconditionError(
        f"no Python process of {workload.label} could be observed",
        hint="the workload must run the project's interpreter, without -I, -S and -E",
    )


def too_short(workload: Workload) -> PreconditionError:
    """Describe a workload that hardly runs the project's code."""
    return PreconditionError(
        f"{workload.label} spends no measurable time in the code of this repository",
        hint="name a longer workload with --bench; an installed copy of the project does not count",
    )


def _telling(text: str) -> str:
    """Return the line that most likely names the cause."""
    named = _ERROR.findall(text)
    lines = [line for line in text.splitlines() if line.strip()]
    return _short((named or lines or ["it printed nothing"])[-1])


def _short(line: str) -> str:
    plain = "".join(letter for letter in line if letter.isprintable())
    return plain.removeprefix("E ").strip()[:300]
