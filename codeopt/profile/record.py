"""Record real calls of the targets while the workload of the project runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from codeopt import foreign
from codeopt.config import RecordSettings
from codeopt.model.code import CodeMap, FunctionId
from codeopt.model.evidence import InputClass, Omission, Recording
from codeopt.model.project import Project, Workload
from codeopt.profile import failures
from codeopt.worker import Place, WorkerFailed, run_job
from codeopt.workload import run_workload

TESTS = "tests"  # directory in which the tests' calls are, below that of the workload's
_MERGE_SECONDS = 120.0


def record(
    place: Place,
    project: Project,
    code: CodeMap,
    targets: Sequence[FunctionId],
    settings: RecordSettings,
    out: Path,
) -> tuple[Recording, ...]:
    """Run the workload with a recorder in it; return one Recording a target, in their order.

    Tests that are not the workload are recorded after it, as further calls to compare versions on.

    ``place.tree`` is written to by the workload. ``out`` must not exist yet or be empty. A target
    with no calls comes back with ``calls == 0`` and the reasons. PreconditionError when the
    workload was killed: what it would have called is not known.
    """
    job = {
        "job": "recorder",
        "targets": [_target(project, code, target) for target in targets],
        "max_calls": settings.max_calls,
        "max_bytes": settings.max_record_bytes,
    }
    failure = _run(place, project, project.workload, job, out)
    tests = project.tests
    if tests is not None and tests.argv != project.workload.argv:
        _run(place, project, tests, job, out / TESTS)
    return gather(place, settings, targets, out, failure=failure)


def _run(place: Place, project: Project, workload: Workload, job: dict[str, Any], out: Path) -> str:
    """Run something with the recorder in it; say how it failed, "" if it did not."""
    done = run_workload(place, project, workload, job=job, out=out)
    if not done.returncode and not done.stopped:
        return ""
    failure = failures.unfinished(done, workload, place.interpreter)
    if done.was_killed:
        raise failure
    return failure.message


def gather(
    place: Place,
    settings: RecordSettings,
    targets: Sequence[FunctionId],
    out: Path,
    *,
    failure: str = "",
) -> tuple[Recording, ...]:
    """Join what was recorded into ``out``; return one Recording a target, in their order.

    ``failure`` says how the workload failed: targets that it never came to say so.
    """
    summaries = _merge(place, settings, len(targets), out)
    because = f": {failure}" if failure else ""
    return tuple(
        _recording(target, summary, out, because)
        for target, summary in zip(targets, summaries, strict=True)
    )


def _target(project: Project, code: CodeMap, target: FunctionId) -> dict[str, Any]:
    function = code.functions.get(target)
    return {
        "path": target.path,
        "qualname": target.qualname,
        "module": project.module_name(target.path),
        "line": function.span.start_line if function else 0,
    }


def _merge(place: Place, settings: RecordSettings, count: int, out: Path) -> list[Any]:
    inside = replace(place, read=(*place.read, out), write=(*place.write, out))
    job = {
        "job": "merge",
        "parts": str(out),
        "tests": str(out / TESTS),
        "targets": count,
        "max_calls": settings.max_calls,
        "max_bytes": settings.max_record_bytes,
    }
    try:
        found = run_job(inside, job, timeout=_MERGE_SECONDS).get("targets")
    except WorkerFailed as error:
        return [{"missing": f"the recording could not be read: {error}"}] * count
    return found if isinstance(found, list) and len(found) == count else [None] * count


def _recording(target: FunctionId, summary: Any, out: Path, because: str) -> Recording:
    if not isinstance(summary, dict):
        return _nothing(target, f"the workload does not import it{because}")
    missing = str(summary.get("missing") or "")
    name = str(summary.get("file", ""))
    file = out / Path(name).name
    if not name or not foreign.is_file(file):
        return _nothing(target, missing or f"the workload does not import it{because}")
    omissions = [Omission(str(r), int(n)) for r, n in dict(summary["omissions"]).items()]
    if missing:
        omissions.append(Omission(missing, 0))
    elif not int(summary["seen"]):
        omissions.append(Omission(f"the workload does not call it{because}", 0))
    return Recording(
        target=target,
        file=file,
        digest=foreign.digest(file),
        calls=int(summary["calls"]),
        seen=int(summary["seen"]),
        classes=tuple(_input_class(group) for group in summary["groups"]),
        omissions=tuple(omissions),
        examples=tuple(str(text) for text in summary["examples"]),
        from_tests=int(summary["from_tests"]),
    )


def _input_class(group: Any) -> InputClass:
    calls = tuple(int(index) for index in group["calls"])
    return InputClass(str(group["key"]), str(group["label"]), calls)


def _nothing(target: FunctionId, reason: str) -> Recording:
    return Recording(target, Path(), "", 0, 0, omissions=(Omission(reason, 0),))
