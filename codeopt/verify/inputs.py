"""Compare a candidate with the original on inputs that are made up from recorded ones.

Mutations come from the harness (``generate``); whatever else makes inputs only has to write a file
of calls for ``generated.settle``.
"""

from __future__ import annotations

import ast
import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from codeopt import foreign
from codeopt.config import JudgeSettings
from codeopt.model.evidence import Check, CheckResult, Difference
from codeopt.model.project import Project
from codeopt.model.reasons import Code, Reason
from codeopt.verify.compare import Mismatch, compare
from codeopt.verify.generated import ZONE, Generated, Maker, question, settle
from codeopt.verify.observation import Observation
from codeopt.verify.oracle import NAMES, Oracle
from codeopt.verify.replaying import Replay, Replayer, Seen, replay, snippet
from codeopt.worker import Place

_SECONDS = 3.0  # limit of one call of a candidate
_DEADLINE = 30.0  # for a candidate: the original needed a few seconds
_ROUNDS = 16
_AIMED = 120  # inputs made for the constants of one candidate
_SMALLER = 60
_EDGES = 3
# what the interpreter raises when a caller breaks the contract; a `raise` in the code is meant
_ACCIDENTS = {
    "TypeError",
    "AttributeError",
    "NameError",
    "UnboundLocalError",
    "RecursionError",
    "MemoryError",
    "OverflowError",
    "SystemError",
    "UnicodeEncodeError",
    "UnicodeDecodeError",
}


@dataclass(frozen=True, slots=True)
class _Case:
    """Hold what is compared, and the processes in which the two sides run."""

    place: Place
    project: Project
    oracle: Oracle
    overrides: Mapping[str, str]
    settings: JudgeSettings
    ignored: frozenset[str]
    original: Replayer
    candidate: Replayer

    @property
    def mark(self) -> str:
        """Return what tells the files of this candidate from those of others, checked meanwhile."""
        text = "\0".join(part for item in sorted(self.overrides.items()) for part in item)
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]

    def compare(self, made: Generated, one: Observation, two: Observation) -> Mismatch | None:
        """Compare two observations of an input."""
        names = made.names - self.ignored
        return compare(one, two, rtol=self.settings.rtol, names=names)


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one input on which a candidate differs; an ``edge`` difference is no failure."""

    mismatch: Mismatch
    made: Generated
    index: int
    edge: bool


def check(
    place: Place,
    project: Project,
    oracle: Oracle,
    overrides: Mapping[str, str],
    settings: JudgeSettings,
    *,
    ignore_globals: Iterable[str] = (),
    found: list[Finding] | None = None,
) -> CheckResult:
    """Replay made-up inputs on a candidate and compare it with the original.

    A difference off the recorded types, or where the original breaks down by accident, is an edge
    difference: it is reported, and a failure only with ``settings.strict``. ``found`` takes the
    input of a failure, as small as it could be made.
    """
    started = time.monotonic()
    made = oracle.generated
    if made is None or not made.answers:
        return CheckResult(Check.INPUTS, None, gap=made.gap if made else "")
    ignored = frozenset(ignore_globals)
    with Replayer(place) as original, Replayer(place) as candidate:
        case = _Case(place, project, oracle, overrides, settings, ignored, original, candidate)
        result = _check(case, made, found if found is not None else [])
    gap = "; ".join(part for part in (made.gap, result.gap) if part)
    seconds = time.monotonic() - started
    return replace(result, compared=len(made.answers), seconds=seconds, gap=gap)


def doubt(
    place: Place,
    project: Project,
    oracle: Oracle,
    overrides: Mapping[str, str],
    settings: JudgeSettings,
) -> CheckResult:
    """Replay made-up inputs as ``check`` does, and stop there.

    Nothing is made for this candidate, nothing made smaller: for what is decided elsewhere.
    """
    made = oracle.generated
    if made is None or not made.answers:
        return CheckResult(Check.INPUTS, None)
    with Replayer(place) as original, Replayer(place) as candidate:
        case = _Case(place, project, oracle, overrides, settings, frozenset(), original, candidate)
        findings = [found for found in _compare(case, made) if not found.edge]
    if not findings:
        return CheckResult(Check.INPUTS, True, len(made.answers))
    found = findings[0].mismatch
    text = f"{NAMES.get(found.code, found.code.value)} at {found.path}, on a generated input"
    return CheckResult(Check.INPUTS, False, len(made.answers), Reason(found.code, text))


def first_failure(
    place: Place,
    project: Project,
    oracle: Oracle,
    overrides: Mapping[str, str],
    settings: JudgeSettings,
    lessons: Iterable[Generated],
) -> CheckResult | None:
    """Try a candidate on inputs that told others from the original; None when it passes them."""
    with Replayer(place) as original, Replayer(place) as candidate:
        case = _Case(place, project, oracle, overrides, settings, frozenset(), original, candidate)
        for made in lessons:
            failure = next((each for each in _compare(case, made) if not each.edge), None)
            if failure is not None:
                return _failed(case, failure)
    return None


def _check(case: _Case, made: Generated, found: list[Finding]) -> CheckResult:
    findings, gap = _compare(case, made), ""
    if not any(not found.edge for found in findings):
        further, gap = _aimed(case)
        findings += further
    failure = next((found for found in findings if not found.edge), None)
    if failure is not None:
        smallest = _shrink(case, failure)
        if failure.made is made:  # not what a process that ran the candidate has written
            found.append(smallest)
        return _failed(case, smallest)
    edges = tuple(_difference(case, _shrink(case, each)) for each in _distinct(findings))
    if not edges or not case.settings.strict:
        return CheckResult(Check.INPUTS, True, edges=edges, gap=gap)
    reason = Reason(Code.EDGE, f"differs off the recorded domain at {edges[0].what}")
    return CheckResult(Check.INPUTS, False, reason=reason, difference=edges[0], edges=edges)


def _aimed(case: _Case) -> tuple[list[Finding], str]:
    """Try inputs around what only the candidate has: its branches, boundaries and constants.

    They are made by a process that runs the candidate. What it could spoil is this search alone.
    The text says why there was none.
    """
    known = case.oracle.generated
    if known is None:
        return [], ""
    job = {"seed": case.settings.seed + 1, "count": _AIMED, "words": _new_constants(case)}
    job |= {"overrides": dict(case.overrides), "further": str(known.file)}
    out = known.file.parent / f"aimed-{case.mark}"
    place = replace(case.place, read=(*case.place.read, known.file.parent))
    with Maker(place, case.project, case.oracle.recording, out) as maker:
        made = maker.make("inputs.bin", job)
    if not foreign.is_file(made.file) or not made.count:
        return [], f"for what only the candidate has, {made.gap}" if made.gap else ""
    request = question(case.project, made, case.settings)
    first = case.original.run(request)
    tried = tuple(index for index, _ in first.observations)
    seed = case.settings.seed + 1  # what depends on hashes is alike only in one process
    again = replace(request, only=tried, hash_seed=seed, deadline=_DEADLINE)
    second = replay(case.place, again)
    made = settle(made, first, second, case.settings.rtol)
    return (_compare(case, made) if made.answers else []), ""


def _new_constants(case: _Case) -> list[int | float | str]:
    """List the numbers and texts in the candidate's files that the original's don't have."""
    found: dict[tuple[type, object], int | float | str] = {}
    for path, text in case.overrides.items():
        file = case.place.tree / path
        before = constants(file.read_text("utf-8", "surrogateescape")) if file.is_file() else {}
        found |= {key: word for key, word in constants(text).items() if key not in before}
    return list(found.values())[:50]


def constants(text: str) -> dict[tuple[type, object], int | float | str]:
    """List the constants in a text, by type and value."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {
        (type(word), word): word
        for word in words
        if type(word) in (int, float, str) and isinstance(word, int | float | str)
    }


def _compare(case: _Case, made: Generated) -> list[Finding]:
    """Run the candidate on all inputs that count; return those on which it differs."""
    seen = case.candidate.run(_request(case, made))
    findings: list[Finding] = []
    for index in _order(made):
        original = made.answers[index]
        candidate = seen.observations.get((index, "first"))
        if candidate is not None:
            mismatch = case.compare(made, original, candidate)
        else:
            mismatch = None if findings else _missing(seen)
        if mismatch is not None:
            edge = _is_edge(made, index, candidate)
            findings.append(Finding(mismatch, made, index, edge))
    return findings


def _order(made: Generated) -> tuple[int, ...]:
    """List the inputs that count, first those on which a difference is a failure."""
    return tuple(sorted(made.answers, key=lambda index: (_is_edge(made, index, None), index)))


def _is_edge(made: Generated, index: int, candidate: Observation | None) -> bool:
    """Tell whether nobody can mean an input.

    What the code itself refuses is meant to be. Of an unknown type the interpreter may refuse it
    instead, but the code may not refuse it in other words.
    """
    original = made.answers[index]
    if original.kind == "raised" and original.deliberate:
        also = candidate is not None and candidate.kind == "raised" and not candidate.deliberate
        return also and index not in made.known
    return index not in made.known or _is_accident(original, candidate)


def _missing(seen: Seen) -> Mismatch:
    """Say why the first input without an observation has none."""
    if not seen.failure:
        return Mismatch(Code.TIMEOUT, "the calls", "are made in time", "are not reached")
    code = Code.TIMEOUT if seen.hung else Code.CRASH
    return Mismatch(code, "the process", "reaches its end", seen.failure)


def _request(case: _Case, made: Generated) -> Replay:
    return Replay(
        case.project,
        made.file,
        overrides=case.overrides,
        tolerant=case.settings.rtol > 0,
        seconds=_SECONDS,
        only=_order(made),
        deadline=_DEADLINE,
        timeouts=1,
        hash_seed=case.settings.seed + 5,
        zone=ZONE,
    )


def _is_accident(original: Observation, candidate: Observation | None) -> bool:
    """Tell whether the original breaks down on an input in a way that nobody can mean."""
    if original.kind != "raised" or original.deliberate:
        return False
    name = _exception(original)
    if name in _ACCIDENTS:
        return True
    if candidate is None or candidate.kind != "raised" or _exception(candidate) != name:
        return False
    return all(original.section(n) == candidate.section(n) for n in ("result", "arguments"))


def _exception(observation: Observation) -> str:
    tokens = observation.section("exception").tokens
    name = tokens[0].text.split(" ")[1] if tokens else ""
    return name.removeprefix("builtins.")


def _distinct(findings: list[Finding]) -> list[Finding]:
    """Choose a few edge differences of different kinds."""
    found: dict[tuple[Code, str], Finding] = {}
    for each in findings:
        original = each.made.answers[each.index]
        found.setdefault((each.mismatch.code, _exception(original) or original.kind), each)
    return list(found.values())[:_EDGES]


def _shrink(case: _Case, finding: Finding) -> Finding:
    """Look for the smallest input that shows the same kind of difference."""
    if finding.mismatch.code in (Code.TIMEOUT, Code.CRASH):
        return finding
    out = finding.made.file.parent / f"smaller-{case.mark}"
    recording = case.oracle.recording
    with Maker(case.place, case.project, recording, out) as maker, Replayer(case.place) as other:
        for number in range(_ROUNDS):
            job = {"source": str(finding.made.file), "call": finding.index, "count": _SMALLER}
            made = maker.make(f"{number}.bin", job)
            smaller = _first(case, other, made, finding)
            if smaller is None:
                break
            finding = smaller
    return finding


def _first(case: _Case, other: Replayer, made: Generated, like: Finding) -> Finding | None:
    """Return the first of some inputs, sorted by size, that shows the same kind of difference.

    ``other`` is a second process of the original, with other hashes.
    """
    if not made.file.is_file():
        return None
    request = question(case.project, made, case.settings)
    seen = case.original.run(request)
    again = other.run(replace(request, hash_seed=case.settings.seed + 1))
    made = settle(made, seen, again, case.settings.rtol)
    found = sorted(_compare(case, made), key=lambda each: each.index) if made.answers else []
    return next((each for each in found if _same_kind(each, like)), None)


def _same_kind(one: Finding, two: Finding) -> bool:
    return one.edge == two.edge and one.mismatch.code is two.mismatch.code


def _closer(case: _Case, finding: Finding) -> Mismatch:
    """Look at all tokens of a large value, so that the place can be named."""
    if not finding.mismatch.vague:
        return finding.mismatch
    request = replace(_request(case, finding.made), only=(finding.index,), detail=finding.index)
    key = (finding.index, "first")
    one = case.original.run(replace(request, overrides={})).observations.get(key)
    two = case.candidate.run(request).observations.get(key)
    if one is None or two is None:
        return finding.mismatch
    return case.compare(finding.made, one, two) or finding.mismatch


def _difference(case: _Case, finding: Finding) -> Difference:
    found = _closer(case, finding)
    lines = snippet(case.place, case.project, finding.made.file, finding.index)
    return Difference(found.path, found.original, found.candidate, lines)


def _failed(case: _Case, finding: Finding) -> CheckResult:
    difference = _difference(case, finding)
    code = finding.mismatch.code
    text = f"{NAMES.get(code, code.value)} at {difference.what}, on a generated input"
    return CheckResult(Check.INPUTS, False, reason=Reason(code, text), difference=difference)
