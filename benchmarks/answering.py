"""A model whose answers were written by hand, one file a function in ``benchmarks/answers``."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.support.endpoint import Act, Ask, text

ANSWERS = Path(__file__).parent / "answers"
NOTHING = "I have no other idea."
_MARK = re.compile(r"^<!-- (rewrite|critique|trace|divide|part [^>]+?) -->\n", re.M)
_PART = re.compile(r"^The part:\n+(`{3,})python\n(.*?)\n\1$", re.M | re.S)
_NAME = re.compile(r"def (\w+)\(")
_RESULT = re.compile(r"^    return (\w+(?:, \w+)*)$", re.M)


class ByHand:
    """Answer each question about a function with the next answer that is written down for it.

    All strategies are told the same rewrites in the same order. A part of a function is known by
    its name or by what it returns, and is called ``PART`` in the answers.
    """

    def __init__(self) -> None:
        self._asked: Counter[tuple[str, str]] = Counter()

    def __call__(self, ask: Ask) -> Act:
        if "That answer cannot be used" in ask.prompt:
            return text(NOTHING, usage=None)
        name = ask.target.rpartition("::")[2].rpartition(".")[2]
        there = written(name)
        part = part_of(ask.prompt)
        kind = _kind(ask.prompt, part, there)
        number = self._asked[name, kind]
        self._asked[name, kind] += 1
        answers = there.get(kind, [])
        found = answers[number] if number < len(answers) else NOTHING
        return text(found.replace("PART", part[0]) if part else found, usage=None)


def written(name: str) -> dict[str, list[str]]:
    """Return the answers about a function by their kind, each in order."""
    file = ANSWERS / f"{name}.md"
    pieces = _MARK.split(file.read_text("utf-8")) if file.is_file() else [""]
    found: dict[str, list[str]] = {}
    for kind, answer in zip(pieces[1::2], pieces[2::2], strict=True):
        found.setdefault(kind, []).append(answer.strip())
    return found


def part_of(prompt: str) -> tuple[str, str] | None:
    """Return name and result of the part that a question is about, None where it is not."""
    found = _PART.search(prompt)
    if found is None:
        return None
    source = found[2]
    results = _RESULT.findall(source)
    return _NAME.findall(source)[0], results[-1] if results else ""


def _kind(prompt: str, part: tuple[str, str] | None, there: dict[str, list[str]]) -> str:
    if part is not None:
        known = (f"part {key}" for key in (*part, "PART") if f"part {key}" in there)
        return next(known, "part")
    if "Answer with your critique" in prompt:
        return "critique"
    if "\nDivide `" in prompt:
        return "divide"
    traced = "trace" in there and "Where the new code needs constants" in prompt
    return "trace" if traced else "rewrite"
