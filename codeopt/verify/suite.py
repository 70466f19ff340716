"""Run the project's tests as a judge: once to know them, then on every candidate."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from codeopt.config import JudgeSettings, ProjectSettings
from codeopt.model.baseline import Baseline, Fault, Outcome, Reach, SetAside, TestOutcome
from codeopt.model.code import FunctionId, FunctionInfo
from codeopt.model.errors import PreconditionError
from codeopt.model.evidence import Check, CheckResult
from codeopt.model.project import Project, Workload
from codeopt.model.reasons import Code, Reason
from codeopt.verify.evidence import Evidence, Order, run_tests
from codeopt.verify.locks import changed, lock
from codeopt.worker import Place

LEAST_RUNS, MOST_RUNS = 2, 5
REPEAT_SECONDS = 5.0  # a short suite is repeated more often: flaky tests show only by repetition
TIMEOUT_FACTOR, TIMEOUT_SLACK = 4.0, 15.0
FAILING = "failing-tests"


def baseline(
    place: Place,
    project: Project,
    settings: ProjectSettings,
    *,
    scratch: Path,
    targets: Sequence[FunctionInfo] = (),
    judge: JudgeSettings | None = None,
    most_runs: int = MOST_RUNS,
) -> Baseline:
    """Learn how the tests end on the original in ``place.tree`` (a disposable copy).

    They run several times in their own order, once in a random one, and once watched when there
    are ``targets``. Raises PreconditionError when they are red, hang, or can't be collected;
    ``--allow failing-tests`` sets failing tests aside by name instead.
    """
    judge = judge or JudgeSettings()
    tests, seed = _tests(project), judge.seed
    locked = lock(place.tree)

    def run(order: Order) -> Evidence:
        limit = settings.test_timeout
        evidence = run_tests(place, project, tests, order, scratch=scratch, limit=limit)
        _require(evidence, tests, limit)
        return evidence

    runs = list(_repeat(run, most_runs))
    shuffled = run(Order(seed=seed))
    watched = [run(Order(watch=tuple(targets)))] if targets else []
    aside = dict(_faults(runs, shuffled))
    if FAILING not in judge.allow:
        _require_green(runs[0], aside, tests)
    return Baseline(
        tuple(o for name, o in sorted(runs[0].outcomes.items()) if name not in aside),
        tuple(SetAside(name, fault) for name, fault in sorted(aside.items())),
        tuple(_reach(watched, targets)),
        sessions=runs[0].sessions,
        returncode=runs[0].returncode,
        seconds=max(run.completed.wall_seconds for run in (*runs, shuffled)),
        seed=seed,
        locked=locked,
        restless=changed(locked, lock(place.tree)),
    )


def check_reaching(
    place: Place,
    project: Project,
    known: Baseline,
    targets: Collection[FunctionId],
    *,
    scratch: Path,
    original: Place | None = None,
) -> CheckResult:
    """Run the tests that reach the targets on a candidate.

    ``original`` is where the same selection is tried when it fails: tests that fail there too
    only need the others, and are left to the whole suite.
    """
    aside = {test.id for test in known.set_aside}
    wanted = {test for target in targets for test in known.tests_of(target)} - aside
    if not wanted:
        return CheckResult(Check.TESTS, None)
    order = Order(select=tuple(sorted(wanted)))
    evidence = run_tests(
        place, project, _tests(project), order, scratch=scratch, limit=_limit(known)
    )
    expected = {o.id: o for o in known.outcomes if o.id in wanted}
    reason = _difference(evidence, expected, known, whole=False)
    if reason is not None and original is not None:
        control = run_tests(
            original, project, _tests(project), order, scratch=scratch, limit=_limit(known)
        )
        same = {n: o for n, o in expected.items() if _outcome_of(control, n) is o.outcome}
        reason = _difference(evidence, same, known, whole=False, ignored=expected.keys() - same)
    reason = _untouched(place.tree, known) or reason
    names = _otherwise(evidence, expected) if reason else ()
    seconds = evidence.completed.wall_seconds
    return CheckResult(
        Check.TESTS, reason is None, len(expected), reason, tests=names, seconds=seconds
    )


def check_suite(place: Place, project: Project, known: Baseline, *, scratch: Path) -> CheckResult:
    """Run the whole suite on a candidate, in the project's order and in a random one."""
    tests = _tests(project)
    expected = {outcome.id: outcome for outcome in known.outcomes}
    seconds = 0.0
    for seed in (None, known.seed):
        order, limit = Order(seed=seed), _limit(known)
        evidence = run_tests(place, project, tests, order, scratch=scratch, limit=limit)
        seconds += evidence.completed.wall_seconds
        reason = _untouched(place.tree, known) or _difference(evidence, expected, known, whole=True)
        if reason is not None:
            names = _otherwise(evidence, expected)
            return CheckResult(
                Check.SUITE, False, len(expected), reason, tests=names, seconds=seconds
            )
    return CheckResult(Check.SUITE, True, len(expected), seconds=seconds)


# ---------------------------------------------------------------------------- the original
def _tests(project: Project) -> Workload:
    if project.tests is None:
        raise PreconditionError(
            "the project has no tests that were found", hint="name their command with --test"
        )
    return project.tests


def _repeat(run: Callable[[Order], Evidence], most_runs: int) -> Iterator[Evidence]:
    """Run in the project's order: twice if that may be, and on for as long as it is cheap."""
    spent = 0.0
    for number in range(most_runs):
        if number >= LEAST_RUNS and spent > REPEAT_SECONDS:
            return
        evidence = run(Order())
        spent += evidence.completed.wall_seconds
        yield evidence


def _require(evidence: Evidence, tests: Workload, limit: float) -> None:
    """Raise when a run of the original gives no evidence."""
    if evidence.stopped == "wall time":
        where = f" (in {evidence.last})" if evidence.last else ""
        text = f"`{tests.label}` did not end within {limit:.0f} s{where}"
        raise PreconditionError(text, hint="give it more with --test-timeout, or fix the test")
    if evidence.broken:
        first = evidence.broken[0]
        text = f"`{tests.label}` can't collect {first.id or 'the tests'}: {first.message}"
        raise PreconditionError(text, hint="make the tests importable with the project's Python")
    if evidence.sessions and not evidence.outcomes and evidence.complete:
        text = f"`{tests.label}` found no tests"
        raise PreconditionError(text, hint="name another command with --test")
    if evidence.completed.was_killed:
        text = f"`{tests.label}` was killed by somebody: by the system, if it is out of memory"
        raise PreconditionError(text, hint="run codeopt again, or name fewer tests with --test")
    if evidence.stopped or not evidence.complete:
        where = f" in {evidence.last}" if evidence.last else ""
        how = evidence.stopped or f"exit code {evidence.returncode}"
        text = f"`{tests.label}` broke off{where} ({how}): {evidence.tail}"
        raise PreconditionError(text, hint="make the tests run to their end")
    if evidence.returncode and not evidence.outcomes:
        text = f"`{tests.label}` ended with exit code {evidence.returncode}: {evidence.tail}"
        raise PreconditionError(text, hint="make the tests pass, or name others with --test")


def _faults(runs: list[Evidence], shuffled: Evidence) -> Iterator[tuple[str, Fault]]:
    """Name the tests whose outcome tells nothing about the code."""
    for name in {name for run in (*runs, shuffled) for name in run.outcomes}:
        seen = {_outcome_of(run, name) for run in runs}
        if len(seen) > 1:
            yield name, Fault.FLAKY
        elif _outcome_of(shuffled, name) not in seen:
            yield name, Fault.ORDER_DEPENDENT
        elif runs[0].outcomes[name].outcome.is_bad:
            yield name, Fault.FAILING


def _require_green(first: Evidence, aside: dict[str, Fault], tests: Workload) -> None:
    failing = sorted(name for name, fault in aside.items() if fault is Fault.FAILING)
    if failing:
        names = ", ".join(failing[:5]) + (f" and {len(failing) - 5} more" if failing[5:] else "")
        text = f"`{tests.label}` is red before any change: {names}: " + (
            first.outcomes[failing[0]].message
        )
        hint = "fix the tests, or set them aside by name with --allow failing-tests"
        raise PreconditionError(text, hint=hint)
    if first.returncode and not aside:
        text = f"`{tests.label}` passes and ends with exit code {first.returncode}: {first.tail}"
        raise PreconditionError(text, hint="make the command end with exit code 0")


def _reach(watched: list[Evidence], targets: Sequence[FunctionInfo]) -> Iterator[Reach]:
    for evidence in watched:
        for index, target in enumerate(targets):
            tests = {test for number, test in evidence.reach if number == index}
            known = tuple(sorted(test for test in tests if test in evidence.outcomes))
            yield Reach(target.id, known, elsewhere="" in tests)


# ---------------------------------------------------------------------------- candidates
def _limit(known: Baseline) -> float:
    return known.seconds * TIMEOUT_FACTOR + TIMEOUT_SLACK


def _outcome_of(evidence: Evidence, name: str) -> Outcome | None:
    found = evidence.outcomes.get(name)
    return found.outcome if found else None


def _otherwise(evidence: Evidence, expected: Mapping[str, TestOutcome]) -> tuple[str, ...]:
    """Name the tests that did not end as expected."""
    return tuple(n for n, o in expected.items() if _outcome_of(evidence, n) is not o.outcome)


def _difference(
    evidence: Evidence,
    expected: Mapping[str, TestOutcome],
    known: Baseline,
    *,
    whole: bool,
    ignored: Collection[str] = (),
) -> Reason | None:
    """Compare a run with what is expected; what is missing is a difference."""
    aside = {test.id for test in known.set_aside} | set(ignored)
    if evidence.stopped == "wall time":
        text = f"the tests did not end within {evidence.completed.wall_seconds:.0f} s"
        where = f", in {evidence.last}" if evidence.last else ""
        return Reason(Code.TIMEOUT, f"{text}{where} (originally {known.seconds:.1f} s)")
    for name in evidence.outcomes:
        if evidence.outcomes[name].outcome.is_bad and name not in aside:
            return _failed(evidence.outcomes[name], known)
    if evidence.broken:
        first = evidence.broken[0]
        return Reason(Code.TESTS_FAILED, f"{first.id} can't be collected: {first.message}")
    if evidence.stopped or not evidence.complete or evidence.returncode < 0:
        where = f" in {evidence.last}" if evidence.last else ""
        how = evidence.stopped or f"exit code {evidence.returncode}"
        return Reason(Code.CRASH, f"the tests broke off{where} ({how}): {evidence.tail}")
    changes = _changes(evidence, expected, aside)
    if changes:
        return Reason(Code.TESTS_CHANGED, changes)
    return _exit(evidence, known, whole=whole)


def _failed(test: TestOutcome, known: Baseline) -> Reason:
    if any(test.id == outcome.id for outcome in known.outcomes):
        return Reason(Code.TESTS_FAILED, f"{test.id} fails: {test.message}")
    return Reason(Code.TESTS_CHANGED, f"{test.id} is new, and fails: {test.message}")


def _changes(evidence: Evidence, expected: Mapping[str, TestOutcome], aside: set[str]) -> str:
    """Name the first test that ended otherwise, is missing, or is new."""
    for name, before in expected.items():
        now = _outcome_of(evidence, name)
        if now is None:
            return f"{name} did not run (originally {before.outcome})"
        if now is not before.outcome:
            return f"{name} is {now} (originally {before.outcome})"
    new = sorted(evidence.outcomes.keys() - expected.keys() - aside)
    return f"{new[0]} is a test that was not there" if new else ""


def _exit(evidence: Evidence, known: Baseline, *, whole: bool) -> Reason | None:
    """Compare sessions and exit codes, so that no run is taken for one that ended early."""
    if evidence.sessions != known.sessions:
        text = f"{evidence.sessions} test sessions ran (originally {known.sessions})"
        return Reason(Code.TESTS_CHANGED, text)
    codes = {known.returncode} | ({0, 1} if known.set_aside or not whole else set())
    if evidence.returncode not in codes:
        text = f"the tests end with exit code {evidence.returncode}: {evidence.tail}"
        return Reason(Code.TESTS_FAILED, text)
    return None


def _untouched(tree: Path, known: Baseline) -> Reason | None:
    """Check that no test and no configuration changed while the candidate ran."""
    paths = [p for p in changed(known.locked, lock(tree)) if p not in known.restless]
    if not paths:
        return None
    more = f" and {len(paths) - 1} more" if paths[1:] else ""
    return Reason(Code.LOCKED_FILE, f"{paths[0]}{more} changed while the tests ran")
