"""Compare a candidate with the original on the recorded calls."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from codeopt.config import JudgeSettings
from codeopt.model.evidence import Check, CheckResult, Difference, Recording
from codeopt.model.project import Project
from codeopt.model.reasons import Code, Reason
from codeopt.verify.compare import Mismatch, compare, compare_state, uncomparable
from codeopt.verify.generated import Generated, generate
from codeopt.verify.observation import Observation, Section
from codeopt.verify.replaying import Replay, Seen, replay, snippet
from codeopt.worker import Place

CALL_SECONDS = 10.0
_AGAIN_SECONDS = 0.4  # of calls that are made several times, each counted once
_PATIENCE = 3.0  # seconds that any call may take on a busy machine
_WAYS = ("lazy", "closed", "sent", "thrown", "cancelled")
_CUT_SHORT = ("closed", "thrown", "cancelled")
_SLOWER = 20.0  # a candidate's call may take this many times as long as the original's slowest


@dataclass(frozen=True, slots=True)
class Oracle:
    """Hold what the original does on the recorded calls, once for all candidates.

    ``answers`` are the calls that it answers alike in every process; ``again`` those among them
    that it answers alike in any order, too, and ``reused`` with objects that have changed. ``ways``
    is what it does when its elements are taken otherwise. ``names`` are the module's globals,
    ``state`` those it changed. ``dropped`` maps reasons to numbers of calls. ``generated`` are
    further inputs with what it does on them.
    """

    recording: Recording
    answers: Mapping[int, Observation] = field(default_factory=dict)
    again: frozenset[int] = frozenset()
    reused: frozenset[int] = frozenset()
    ways: Mapping[tuple[int, str], Observation] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    state: Mapping[str, str] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)
    failure: str = ""
    generated: Generated | None = None

    def expected(self, mode: str, index: int) -> dict[str, Observation]:
        """Return what a call must do in each of its passes."""
        answer = self.answers.get(index)
        if answer is None:
            return {}
        if mode == "forward":
            return {"first": answer}
        found = {"first": answer, "second": answer} if index in self.again else {}
        if index in self.reused:
            found["reused"] = answer
        others = ((name, self.ways.get((index, name))) for name in _WAYS)
        return found | {name: other for name, other in others if other is not None}

    @property
    def limit(self) -> float:
        """Return the seconds that one call of a candidate may take."""
        slowest = max((answer.seconds for answer in self.answers.values()), default=0.0)
        return min(CALL_SECONDS, _SLOWER * slowest + _PATIENCE)

    @property
    def deadline(self) -> float:
        """Return the seconds after which a candidate is no longer waited for."""
        return _SLOWER * sum(answer.seconds for answer in self.answers.values()) + 20.0


@dataclass(frozen=True, slots=True)
class _Rule:
    """Say what counts as equal: ``names`` are the globals that are compared."""

    rtol: float
    names: frozenset[str]

    def __call__(self, original: Observation, candidate: Observation) -> Mismatch | None:
        return compare(original, candidate, rtol=self.rtol, names=self.names)


@dataclass(frozen=True, slots=True)
class _Finding:
    """Locate a difference; ``call`` is None when it belongs to no call."""

    mismatch: Mismatch
    call: int | None
    request: Replay
    name: str = "first"


def consult(
    place: Place,
    project: Project,
    recording: Recording,
    settings: JudgeSettings,
    *,
    further: bool = True,
) -> Oracle:
    """Replay the original three times, and keep the calls on which it agrees with itself.

    With ``further``, inputs are made up from the recorded ones and answered, too.
    """
    if not recording.calls:
        return Oracle(recording)
    base = Replay(project, recording.file, tolerant=settings.rtol > 0, seconds=CALL_SECONDS)
    first = replay(place, base)
    if first.failure and not first.observations:
        return Oracle(recording, failure=first.failure)
    second = replay(place, replace(base, hash_seed=settings.seed + 1))
    request = replace(base, hash_seed=settings.seed + 2, mode="again", budget=_AGAIN_SECONDS)
    third = replay(place, request)
    rule = _Rule(settings.rtol, first.names)
    doubts = {index: _doubt(index, first, second, rule) for index in first.chosen}
    answers = {i: first.observations[i, "first"] for i in first.chosen if not doubts[i]}
    again = frozenset(i for i in answers if _alike(answers[i], third, i, ("first", "second"), rule))
    settled = first.state == second.state
    return Oracle(
        recording,
        answers,
        again,
        reused=frozenset(i for i in again if _alike(answers[i], third, i, ("reused",), rule)),
        ways={
            (i, name): o
            for i in again
            for name in _WAYS
            if (o := _other_way(answers[i], third, i, name)) is not None
        },
        names=first.names,
        state=first.state if settled else {},
        dropped=_count(doubts.values()),
        generated=generate(place, project, recording, settings) if answers and further else None,
    )


def _doubt(index: int, first: Seen, second: Seen, rule: _Rule) -> str:
    """Say why a call is no evidence; "" when it is."""
    one, two = first.observations.get((index, "first")), second.observations.get((index, "first"))
    if index in first.skipped:
        return f"arguments cannot be rebuilt ({first.skipped[index]})"
    if one is None or two is None:
        return "the process ended before"
    unknown = uncomparable(one)
    if unknown is not None:
        return f"cannot be compared: {unknown.path}"
    if rule(one, two) is not None:
        return "the original differs from itself"
    return "not as recorded" if one.as_recorded is False else ""


def _alike(answer: Observation, seen: Seen, index: int, names: Iterable[str], rule: _Rule) -> bool:
    found = [seen.observations.get((index, name)) for name in names]
    return all(other is not None and rule(answer, other) is None for other in found)


def _other_way(answer: Observation, seen: Seen, index: int, name: str) -> Observation | None:
    """Return what came when elements were taken otherwise, if that can be compared.

    What is handed over one by one must give the same elements, or else the code minds. What is
    sent back must give others, or else nobody listens. What is cut short may end in any way.
    """
    found = seen.observations.get((index, name))
    if found is None or found.opaque or found.kind == "timeout":
        return None
    if name in _CUT_SHORT:
        return found
    alike = found.section("result") == answer.section("result")
    return None if found.kind != answer.kind or alike == (name == "sent") else found


def _count(reasons: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for reason in reasons:
        if reason:
            found[reason] = found.get(reason, 0) + 1
    return found


def check(
    place: Place,
    project: Project,
    oracle: Oracle,
    overrides: Mapping[str, str],
    settings: JudgeSettings,
    *,
    ignore_globals: Iterable[str] = (),
) -> CheckResult:
    """Replay the recorded calls on a candidate and compare it with the original.

    ``overrides`` maps paths to the candidate's text of whole files. ``ignore_globals`` names
    module-level state of the original that the candidate is known to use otherwise.
    """
    started = time.monotonic()
    if not oracle.answers:
        return CheckResult(Check.ORACLE, None, 0, Reason(Code.UNVERIFIED, _silence(oracle)))
    rule = _Rule(settings.rtol, oracle.names - set(ignore_globals))
    base = Replay(
        project,
        oracle.recording.file,
        overrides=overrides,
        tolerant=settings.rtol > 0,
        seconds=oracle.limit,
        deadline=oracle.deadline,
        timeouts=1,
    )
    requests = (
        replace(base, hash_seed=settings.seed + 3),
        replace(base, hash_seed=settings.seed + 4, mode="again", budget=_AGAIN_SECONDS),
    )
    edges: list[_Finding] = []
    compared, kept = 0, False
    for request in requests:
        seen = replay(place, request)
        kept = kept or bool(set(seen.state) - set(oracle.state))
        finding, count = _judge(oracle, seen, request, rule, edges)
        compared = max(compared, count)
        if finding is not None:
            return _failure(place, _closer(place, finding, rule), compared, started)
    if kept and (finding := _at_once(place, oracle, base, rule)) is not None:
        return _failure(place, finding, compared, started)
    shown = tuple(_difference(place, edge) for edge in edges[:1])
    seconds = time.monotonic() - started
    gap = _left_out(oracle)
    return CheckResult(Check.ORACLE, True, compared, edges=shown, seconds=seconds, gap=gap)


def _judge(
    oracle: Oracle, seen: Seen, request: Replay, rule: _Rule, edges: list[_Finding]
) -> tuple[_Finding | None, int]:
    """Return the first finding of a replay, and how many calls were compared."""
    order = seen.chosen if request.mode == "forward" else seen.chosen[::-1]
    compared = 0
    for index in order:
        if seen.failure and index == seen.last:
            break
        expected = oracle.expected(request.mode, index)
        for name, answer in expected.items():
            found = seen.observations.get((index, name))
            mismatch = _absent(seen, index) if found is None else rule(answer, found)
            if mismatch is None:
                continue
            finding = _Finding(mismatch, index, request, name)
            if name == "lazy" and mismatch.code is not Code.LAZINESS:
                edges.append(finding)
            else:
                return finding, compared
        compared += bool(expected)
    if seen.failure:
        return _broken(seen, request), compared
    return _leftover(oracle, seen, request, rule), compared


def _at_once(place: Place, oracle: Oracle, base: Replay, rule: _Rule) -> _Finding | None:
    """Call a candidate that keeps something between calls from two threads at once.

    The calls are those that the original answers alike in any order. What the original does not
    hold either is no finding.
    """
    if not oracle.again:
        return None
    request = replace(
        base, mode="threads", only=tuple(sorted(oracle.again)), deadline=_AGAIN_SECONDS
    )
    found = _first_race(oracle, replay(place, request), rule)
    if found is None:
        return None
    control = replay(place, replace(request, overrides={}))
    if _first_race(oracle, control, rule) is not None:
        return None
    mismatch, call = found
    return _Finding(replace(mismatch, code=Code.THREADS), call, request, "threads")


def _first_race(oracle: Oracle, seen: Seen, rule: _Rule) -> tuple[Mismatch, int | None] | None:
    for (index, _), other in seen.observations.items():
        answer = oracle.answers[index]
        wanted = replace(answer, sections=_apart_from_output(answer), state={})
        mismatch = rule(wanted, replace(other, sections=_apart_from_output(other)))
        if mismatch is not None:
            return mismatch, index
    if not seen.failure:
        return None
    return Mismatch(Code.THREADS, "the process", "reaches its end", seen.failure), None


def _apart_from_output(answer: Observation) -> dict[str, Section]:
    """Leave out what is put out: two calls at once put it out in one place."""
    return {name: section for name, section in answer.sections.items() if name != "output"}


def _absent(seen: Seen, index: int) -> Mismatch:
    if index in seen.skipped:
        return Mismatch(Code.CRASH, "the call", "can be made", seen.skipped[index])
    return Mismatch(Code.TIMEOUT, "the calls", "are made in time", "are not reached")


def _broken(seen: Seen, request: Replay) -> _Finding:
    code = Code.TIMEOUT if seen.hung else Code.CRASH
    mismatch = Mismatch(code, "the process", "reaches its end", seen.failure)
    return _Finding(mismatch, seen.last, request)


def _leftover(oracle: Oracle, seen: Seen, request: Replay, rule: _Rule) -> _Finding | None:
    """Compare the globals at the end of a forward replay."""
    if request.mode != "forward" or len(oracle.answers) != len(seen.chosen):
        return None
    mismatch = compare_state(oracle.state, seen.state, rule.names)
    return None if mismatch is None else _Finding(mismatch, None, request)


def _closer(place: Place, finding: _Finding, rule: _Rule) -> _Finding:
    """Replay both sides with all tokens of the call, so that the place can be named."""
    if not finding.mismatch.vague or finding.call is None:
        return finding
    request = replace(finding.request, detail=finding.call)
    original = replace(request, overrides={}, seconds=CALL_SECONDS)
    key = (finding.call, finding.name)
    one = replay(place, original).observations.get(key)
    two = replay(place, request).observations.get(key)
    if one is None or two is None:
        return finding
    mismatch = rule(one, two)
    return finding if mismatch is None else replace(finding, mismatch=mismatch)


NAMES = {
    Code.RESULT: "another result",
    Code.TYPE: "a result of another type",
    Code.EXCEPTION: "another outcome",
    Code.MUTATION: "arguments left different",
    Code.ALIASING: "sharing of mutable objects differs",
    Code.LAZINESS: "input consumed at another time",
    Code.ORDER: "another order",
    Code.OUTPUT: "other output, warnings or log records",
    Code.GLOBAL_STATE: "module state left different",
    Code.TIMEOUT: "does not end in time",
    Code.CRASH: "the process failed",
    Code.UNVERIFIED: "cannot be compared",
    Code.THREADS: "not the same from two threads at once",
}
_PASSES = {
    "second": " (when called again after the first result was changed by its owner)",
    "reused": " (when called with an object of an earlier call that has changed since)",
    "lazy": " (when elements are handed over one by one)",
    "closed": " (when closed after its first element)",
    "sent": " (when elements are sent back)",
    "thrown": " (when an exception is thrown in at its first element)",
    "cancelled": " (when cancelled where it first lets others run)",
    "threads": " (when called from two threads at once)",
}


def _difference(place: Place, finding: _Finding) -> Difference:
    found, request = finding.mismatch, finding.request
    lines = ""
    if finding.call is not None:
        lines = snippet(place, request.project, request.recording, finding.call)
    how = _PASSES.get(finding.name, "")
    return Difference(found.path + how, found.original, found.candidate, lines)


def _failure(place: Place, finding: _Finding, compared: int, started: float) -> CheckResult:
    difference = _difference(place, finding)
    code = finding.mismatch.code
    return CheckResult(
        Check.ORACLE,
        False,
        compared,
        Reason(code, f"{NAMES.get(code, code.value)} at {difference.what}"),
        difference,
        seconds=time.monotonic() - started,
    )


def _left_out(oracle: Oracle) -> str:
    """Say how many calls were not made again at all."""
    made, calls = len(oracle.answers) + sum(oracle.dropped.values()), oracle.recording.calls
    if made >= calls:
        return ""
    return f"{made} of {calls} recorded calls were made again: all would take too long"


def _silence(oracle: Oracle) -> str:
    """Say why the oracle has no answers."""
    if oracle.failure:
        return f"the original cannot be replayed: {oracle.failure}"
    if oracle.dropped:
        reason = max(oracle.dropped, key=lambda name: oracle.dropped[name])
        return f"no recorded call can be compared: {reason}"
    omitted = [omission.reason for omission in oracle.recording.omissions]
    return f"no calls were recorded{': ' + omitted[0] if omitted else ''}"
