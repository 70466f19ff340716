"""Dividing and conquering with scripted answers; the examiner runs the tests' own code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from codeopt.config import ModelSettings
from codeopt.model.candidate import Candidate
from codeopt.model.evidence import Attempt, Decision, Hotspot, Interval, Measurement
from codeopt.model.reasons import Code, Reason
from codeopt.model.tree import FunctionTree, NodeKind
from codeopt.ports import Assignment, Proposal
from codeopt.propose.prompts import Prompts
from codeopt.propose.strategies.decompose import Decompose
from tests.support.assignments import assignment
from tests.support.examiner import InProcess
from tests.support.scripted import ScriptedModel

BLOCKS = '''\
def ranking(words, least):
    """Rank words."""
    counts = []
    for word in words:
        number = 0
        for other in words:
            if other == word:
                number += 1
        counts.append((word, number))
    seen = set()
    ranked = []
    for word, number in counts:
        if word not in seen and number >= least:
            seen.add(word)
            ranked.append((number, word))
    ranked.sort(key=lambda pair: (-pair[0], pair[1]))
    return [word for _, word in ranked]
'''
# no loop that could be moved: only a model can divide it
WHOLE = '''\
def ranking(words, least):
    """Rank words."""
    while True:
        counts = {w: sum(1 for o in words if o == w) for w in words}
        pairs = [(n, w) for w, n in counts.items()]
        kept = [p for p in pairs if p[0] >= least]
        kept = sorted(kept, key=lambda p: (-p[0], p[1]))
        return [w for _, w in kept]
'''
INPUTS = [(list("abracadabra"), 2), ([], 1), (list("aab"), 1), (["x", "y", "y"], 3)]
COUNTED = """numbers = {}
    for word in words:
        numbers[word] = numbers.get(word, 0) + 1
    return [(word, numbers[word]) for word in words]"""
DIVIDED = '''def _counts(words):
    """Return the count of each word."""
    return {w: words.count(w) for w in words}


def ranking(words, least):
    counts = _counts(words)
    kept = [(n, w) for w, n in counts.items() if n >= least]
    return [w for _, w in sorted(kept, key=lambda p: (-p[0], p[1]))]
'''
FAST = """def _counts(words):
    found = {}
    for w in words:
        found[w] = found.get(w, 0) + 1
    return found
"""


def block(body: str, head: str = "_ranking_block1(words)") -> str:
    return fence(f"def {head}:\n    {body}\n")


def fence(code: str) -> str:
    return f"Because.\n```python\n{code}```\n"


def play(
    source: str,
    answers: Sequence[str | None],
    *,
    judge: Callable[[Candidate], float] = lambda candidate: 1.5,
    samples: int = 1,
    without: Sequence[str] = (),
    **options: object,
) -> tuple[list[Proposal], ScriptedModel, InProcess]:
    """Run the strategy; ``judge`` gives the speed of candidates that are the same."""
    examiner = InProcess(source, "ranking", INPUTS, **options)  # type: ignore[arg-type]
    work: Assignment = replace(assignment({"m.py": source}, "m.py::ranking"), examiner=examiner)
    model = ScriptedModel([*answers, *["no code"] * 20])
    strategy = Decompose(model, ModelSettings(samples=samples), Prompts()).without(without)
    proposals = []
    for proposal in strategy.propose(work):
        proposals.append(proposal)
        if proposal.candidate is not None:
            strategy.observe(_judged(examiner, proposal.candidate, judge))
        elif proposal.attempt is not None:
            strategy.observe(proposal.attempt)
    return proposals, model, examiner


def _judged(
    examiner: InProcess, candidate: Candidate, judge: Callable[[Candidate], float]
) -> Attempt:
    verdict = examiner.certify(candidate)
    speed = judge(candidate)
    reason = verdict.reason or (None if speed > 1 else Reason(Code.NOT_FASTER, "it is not faster"))
    found = Interval(speed, speed, speed, 9)
    measurement = Measurement("cpu", found, found, speed) if verdict.same else None
    technique = candidate.origin.technique
    return Attempt(
        candidate.digest,
        candidate.target,
        "decompose",
        technique,
        Decision(reason is None, reason),
        verdict,
        measurement,
    )


def candidates(proposals: Sequence[Proposal]) -> list[Candidate]:
    return [each.candidate for each in proposals if each.candidate is not None]


def reasons(proposals: Sequence[Proposal]) -> list[tuple[Code, str]]:
    found = [each.attempt.decision.reason for each in proposals if each.attempt is not None]
    return [(reason.code, reason.text) for reason in found if reason is not None]


def trees(proposals: Sequence[Proposal]) -> list[FunctionTree]:
    return [each.tree for each in proposals if each.tree is not None]


# ---------------------------------------------------------------------------- what goes well
def test_a_block_is_conquered_and_goes_up() -> None:
    proposals, model, examiner = play(
        BLOCKS, [block(COUNTED)], judge=lambda c: 3.0, shares={"_ranking_block2": 0.01}
    )
    (candidate,) = candidates(proposals)
    # what gained nothing went back to its place
    assert "for word, number in counts:" in candidate.functions[0].source
    assert "counts = _ranking_block1(words)" in candidate.functions[0].source
    assert len(candidate.helpers) == 1
    assert "numbers.get(word, 0)" in candidate.helpers[0]
    assert candidate.origin.technique == "_ranking_block1: free choice"
    assert len(model.requests) == 1  # good enough: the model need not divide
    last = trees(proposals)[-1].root
    assert last.find("_ranking_block1").chosen
    assert last.find("_ranking_block1").kind is NodeKind.SLICE
    assert last.find("_ranking_block2").samples == ()  # Amdahl: not worth a call
    assert last.gain is not None
    assert last.gain.estimate == 3.0
    assert examiner.asked == ["certify", "calls", "compare _ranking_block1", "certify"]


def test_a_prompt_shows_the_part_and_who_calls_it() -> None:
    _, model, _ = play(BLOCKS, [block(COUNTED)], judge=lambda c: 3.0, shares={"_ranking_block2": 0})
    (request,) = model.requests
    content = request.messages[1].content
    assert "Make `_ranking_block1` faster, a part of `m.py::ranking`." in content
    assert "counts = _ranking_block1(words)" in content
    assert "about 90 % of the workload" in content


def test_the_two_fastest_go_up_and_the_root_decides() -> None:
    bodies = [block(COUNTED.replace("numbers", name)) for name in ("slowest", "numbers", "n")]
    proposals, _, _ = play(
        BLOCKS,
        bodies,
        samples=3,
        judge=lambda c: 2.5 if "n.get" in c.helpers[0] else 1.2,
        speeds={"slowest.get": 1.1, "numbers.get": 4.0, " n.get": 3.9},
        shares={"_ranking_block2": 0.0},
    )
    first, second = candidates(proposals)
    assert "numbers.get" in first.helpers[0]
    assert "n.get" in second.helpers[0]
    root = trees(proposals)[-1].root
    assert root.gain is not None
    assert root.gain.estimate == 2.5
    assert root.find("_ranking_block1").chosen == root.find("_ranking_block1").samples[2].digest


def test_a_model_divides_and_its_parts_are_conquered() -> None:
    proposals, model, _ = play(WHOLE, [fence(DIVIDED), fence(FAST)], judge=lambda c: 3.0)
    (candidate,) = candidates(proposals)
    assert candidate.helpers[0].startswith("def _counts(words):\n    found")
    assert "divide" in model.requests[0].slot
    node = trees(proposals)[-1].root.find("_counts")
    assert (node.kind, node.contract) == (NodeKind.NEW, "Return the count of each word.")
    assert node.certified is not None
    assert node.certified.same


def test_a_division_that_no_body_improves_goes_up_as_it_is() -> None:
    proposals, _, _ = play(WHOLE, [fence(DIVIDED)])
    (candidate,) = candidates(proposals)
    assert candidate.origin.technique == "divide"


def test_a_large_part_is_divided_again() -> None:
    long = "\n".join(f"    t{n} = len(words)" for n in range(12))
    large = DIVIDED.replace("    return {w:", f"{long}\n    return {{w:")
    inner = """def _count(words, w):
    return words.count(w)


def _counts(words):
    return {w: _count(words, w) for w in words}
"""
    body = "def _count(words, w):\n    return sum(map(w.__eq__, words))\n"
    proposals, model, _ = play(
        WHOLE, [fence(large), fence(inner), fence(body)], judge=lambda c: 3.0
    )
    root = trees(proposals)[-1].root
    assert [(depth, node.name) for depth, node in root.walk()] == [
        (0, "ranking"),
        (1, "_counts"),
        (2, "_count"),
    ]
    assert root.find("_count").chosen
    (candidate,) = candidates(proposals)
    assert [helper.split("(")[0] for helper in candidate.helpers] == ["def _count", "def _counts"]
    assert len(model.requests) == 3


def test_a_cold_target_is_left_alone() -> None:
    spot = Hotspot(assignment({"m.py": BLOCKS}, "m.py::ranking").target.id, 1, 1, 0.03, 0.03, 9)
    examiner = InProcess(BLOCKS, "ranking", INPUTS)
    work = replace(assignment({"m.py": BLOCKS}, "m.py::ranking"), examiner=examiner, hotspot=spot)
    model = ScriptedModel([])
    assert list(Decompose(model, ModelSettings(), Prompts()).propose(work)) == []


# ---------------------------------------------------------------------------- what is rejected
def test_a_draft_that_does_not_reproduce_the_original() -> None:
    wrong = DIVIDED.replace("words.count(w)", "words.count(w) + 1")
    proposals, _, examiner = play(WHOLE, [fence(wrong)])
    (code, text), *_ = reasons(proposals)
    assert code is Code.RESULT
    assert "becomes" in text
    assert not [each for each in examiner.asked if each.startswith("compare")]
    assert "not the same" in trees(proposals)[0].step


def test_a_child_that_breaks_the_root() -> None:
    """A body may agree on all that was recorded of its part; the whole is compared again."""
    wrong = block("return [(word, 5) for word in words]")
    proposals, _, examiner = play(BLOCKS, [wrong], blind=True, shares={"_ranking_block2": 0.0})
    (candidate,) = candidates(proposals)
    attempt = _judged(examiner, candidate, lambda c: 9.0)
    assert not attempt.decision.keep
    assert attempt.decision.reason is not None
    assert attempt.decision.reason.code is Code.RESULT
    last = [tree for tree in trees(proposals) if tree.root.find("_ranking_block1").samples][-1]
    assert "becomes" in last.step
    assert last.root.gain is None
    assert not last.root.find("_ranking_block1").chosen


@pytest.mark.parametrize("stub", ["...", "pass", "raise NotImplementedError", '"""Later."""'])
def test_stubs_are_no_references(stub: str) -> None:
    code = DIVIDED.replace("return {w: words.count(w) for w in words}", stub)
    proposals, _, examiner = play(WHOLE, [fence(code)])
    assert reasons(proposals)[0] == (Code.STUB, "the part _counts is not written out in full")
    assert examiner.asked == []


def test_a_part_does_not_call_the_function_that_it_is_a_part_of() -> None:
    code = DIVIDED.replace("return {w:", "ranking(words, 1)\n    return {w:")
    proposals, _, _ = play(WHOLE, [fence(code)])
    expected = "_counts calls ranking, which it is a part of"
    assert reasons(proposals)[0] == (Code.FORBIDDEN, expected)


def test_a_body_does_not_call_it_either() -> None:
    body = "ranking(words, 1)\n    " + COUNTED
    proposals, _, _ = play(BLOCKS, [block(body)])
    expected = "_ranking_block1 calls ranking, which it is a part of"
    assert reasons(proposals)[0] == (Code.FORBIDDEN, expected)


def test_new_names_that_clash() -> None:
    source = f"def _counts(words):\n    return 1\n\n\n{WHOLE}"
    proposals, _, _ = play(source, [fence(DIVIDED)] * 4)
    code, text = reasons(proposals)[0]
    assert code is Code.OTHER_CODE
    assert "also changes _counts" in text


def test_a_division_keeps_the_signature() -> None:
    code = DIVIDED.replace("def ranking(words, least)", "def ranking(words, least=1)")
    proposals, _, _ = play(WHOLE, [fence(code)])
    code_, text = reasons(proposals)[0]
    assert code_ is Code.SIGNATURE
    assert "def ranking(words, least=1)" in text


@pytest.mark.parametrize(
    ("head", "code"),
    [("_ranking_block1(words, more=1)", Code.SIGNATURE), ("_other(words)", Code.UNPARSABLE)],
)
def test_a_body_keeps_name_and_signature(head: str, code: Code) -> None:
    proposals, _, _ = play(BLOCKS, [block(COUNTED, head)] * 2)
    assert reasons(proposals)[0][0] is code


def test_a_body_that_differs_from_the_reference_does_not_go_up() -> None:
    wrong = block(COUNTED.replace("+ 1", "+ 2"))
    proposals, _, _ = play(BLOCKS, [wrong])
    assert reasons(proposals)[0][0] is Code.RESULT
    assert candidates(proposals) == []


# ---------------------------------------------------------------------------- consensus
def test_a_wrong_majority_never_wins() -> None:
    """All bodies agree with each other, and not with the original: nothing of it is kept."""
    wrong = DIVIDED.replace("words.count(w)", "words.count(w) + 1")
    agreed = FAST.replace("+ 1", "+ 2")
    again = agreed.replace("found", "seen")
    proposals, _, examiner = play(
        WHOLE, [fence(wrong), fence(wrong), fence(agreed), fence(again)], samples=2
    )
    node = trees(proposals)[-1].root.find("_counts")
    assert [sample.agreement for sample in node.samples] == [
        0.625,
        0.625,
    ]  # all of the other one, and a quarter of the reference
    raised = candidates(proposals)
    assert len(raised) == 2
    judged = [_judged(examiner, each, lambda c: 9.0) for each in raised]
    assert [each.decision.keep for each in judged] == [False, False]


def test_consensus_may_mend_a_draft_whose_reference_is_wrong() -> None:
    wrong = DIVIDED.replace("words.count(w)", "words.count(w) + 1")
    odd = FAST.replace("+ 1", "+ 3")
    proposals, _, examiner = play(
        WHOLE,
        [fence(wrong), fence(wrong), fence(odd), fence(FAST), fence(FAST.replace("found", "f"))],
        samples=3,
        judge=lambda c: 2.0,
    )
    best = candidates(proposals)[0]
    assert _judged(examiner, best, lambda c: 2.0).decision.keep


# ---------------------------------------------------------------------------- left out
def test_without_divide_no_model_divides() -> None:
    proposals, model, _ = play(WHOLE, [fence(DIVIDED)], without=["divide"])
    assert (proposals, model.requests) == ([], [])
    proposals, model, _ = play(BLOCKS, [block(COUNTED)] * 4, without=["divide"])
    assert candidates(proposals)
    assert all("divide" not in request.slot for request in model.requests)


def test_without_consensus_a_division_that_differs_is_dropped() -> None:
    wrong = DIVIDED.replace("words.count(w)", "words.count(w) + 1")
    answers = [fence(wrong), fence(wrong), fence(FAST)]
    with_votes, _, _ = play(WHOLE, answers)
    assert candidates(with_votes)
    proposals, model, _ = play(WHOLE, answers, without=["consensus"])
    assert candidates(proposals) == []
    assert len(model.requests) == 2


# ---------------------------------------------------------------------------- going on
def test_a_run_that_is_repeated_asks_and_says_the_same() -> None:
    answers = [block(COUNTED)]
    one, first, _ = play(BLOCKS, answers, shares={"_ranking_block2": 0.0})
    two, second, _ = play(BLOCKS, answers, shares={"_ranking_block2": 0.0})
    assert [r.digest for r in first.requests] == [r.digest for r in second.requests]
    assert trees(one) == trees(two)


def test_without_an_examiner_or_much_code_nothing_is_asked() -> None:
    model = ScriptedModel([])
    work = assignment({"m.py": BLOCKS}, "m.py::ranking")
    assert list(Decompose(model, ModelSettings(), Prompts()).propose(work)) == []
    short = "def ranking(words, least):\n    return words\n"
    work = replace(
        assignment({"m.py": short}, "m.py::ranking"), examiner=InProcess(short, "ranking", INPUTS)
    )
    assert list(Decompose(model, ModelSettings(), Prompts()).propose(work)) == []
