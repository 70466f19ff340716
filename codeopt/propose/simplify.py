"""Make a rewrite smaller: its single edits, what is left without some, and helpers put inline."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from codeopt.model.candidate import Candidate, FunctionSource
from codeopt.model.code import FunctionId
from codeopt.propose.digest import candidate_digest
from codeopt.propose.inlining import inlined
from codeopt.propose.syntax import FUNCTION, is_docstring, parse

_ALIKE = 0.6  # similarity of two lines of which one is taken to have become the other
_TRIES = 12  # variants that are put to the judge for one rewrite
_CLEARER_APART = 10  # statements of a helper that is better read as a function of its own

Trial = Generator[Candidate, bool, Candidate]


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Hold one run of changed lines in a function: half-open ranges in the old and new text."""

    function: int
    old: tuple[int, int]
    new: tuple[int, int]


def edits(candidate: Candidate, originals: Mapping[FunctionId, str]) -> tuple[Edit, ...]:
    """List the runs of lines in which the functions of a candidate differ from the originals."""
    found = []
    for number, function in enumerate(candidate.functions):
        before = originals[function.id].strip("\n").split("\n")
        after = function.source.strip("\n").split("\n")
        matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
        for tag, a, b, c, d in matcher.get_opcodes():
            if tag != "equal":
                cuts = _alike(before[a:b], after[c:d])
                ends = [(a, c), *((a + i, c + j) for i, j in cuts), (b, d)]
                pairs = pairwise(ends)
                found += [
                    Edit(number, (p, q), (r, t)) for (p, r), (q, t) in pairs if (p, r) != (q, t)
                ]
    return tuple(found)


def _alike(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Return where a run of changed lines can be cut: around lines that are much alike."""
    cuts: list[tuple[int, int]] = []
    start = 0
    for i, line in enumerate(before):
        for j in range(start, len(after)):
            if difflib.SequenceMatcher(None, line, after[j]).ratio() >= _ALIKE:
                cuts += [(i, j), (i + 1, j + 1)]
                start = j + 1
                break
    return list(dict.fromkeys(cuts))


def without(
    candidate: Candidate, originals: Mapping[FunctionId, str], dropped: Collection[Edit]
) -> Candidate | None:
    """Return a candidate without some of its edits; None when that is no Python.

    Functions that are as they were are left out, but for the target, and so are helpers and imports
    that nothing uses any more.
    """
    functions = []
    for number, function in enumerate(candidate.functions):
        original = originals[function.id].strip("\n")
        own = [each for each in dropped if each.function == number]
        text = _reverted(function.source.strip("\n"), original, own)
        if isinstance(parse(text), str):
            return None
        if function.id == candidate.target or text != original:
            functions.append(FunctionSource(function.id, text))
    return _pruned(candidate, functions, candidate.helpers)


def minimise(candidate: Candidate, originals: Mapping[FunctionId, str]) -> Trial:
    """Yield smaller variants; each is answered with whether it keeps the gain. Return the smallest.

    Delta debugging over the edits (halves first, then single ones), then helpers that are called
    once are put inline. A variant with the same syntax needs no answer. At most 12 are yielded.
    """
    left = _TRIES
    kept = list(edits(candidate, originals))
    everything, best = tuple(kept), candidate
    size = max(1, len(kept) // 2)
    while size and left and len(kept) > 1:
        start = 0
        while start < len(kept) and left and len(kept) > 1:
            trial = [e for e in kept if e not in kept[start : start + size]]
            smaller = None
            if trial:
                gone = [e for e in everything if e not in trial]
                smaller = without(candidate, originals, gone)
            asked = smaller is not None and smaller.digest != best.digest
            left -= asked
            if smaller is not None and (not asked or (yield smaller)):
                kept, best = trial, smaller
            else:
                start += size
        size //= 2
    for helper in best.helpers:
        variant = put_inline(best, helper)
        if variant is not None and left:
            left -= 1
            best = variant if (yield variant) else best
    return best


def put_inline(candidate: Candidate, helper: str) -> Candidate | None:
    """Return a candidate with one helper put where it is called; None where it stays.

    One that is long or says what it does is clearer apart.
    """
    node = _definition(helper)
    if not isinstance(node, FUNCTION) or is_docstring(node.body[:1]):
        return None
    if sum(isinstance(n, ast.stmt) for n in ast.walk(node)) - 1 > _CLEARER_APART:
        return None
    others = [text for text in candidate.helpers if text != helper]
    texts = [*others, *(each.source for each in candidate.functions)]
    users = [text for text in texts if node.name in _words(text)]
    holders = [each for each in candidate.functions if each.source in users]
    if len(users) != 1 or not holders:
        return None
    text = inlined(holders[0].source, helper)
    if text is None:
        return None
    changed = [replace(f, source=text) if f is holders[0] else f for f in candidate.functions]
    return _pruned(candidate, changed, others)


def _pruned(
    candidate: Candidate, functions: Sequence[FunctionSource], helpers: Sequence[str]
) -> Candidate:
    """Leave out helpers and imports that are not used."""
    words = frozenset().union(*(_words(each.source) for each in functions))
    kept: set[str] = set()
    while more := {h for h in helpers if h not in kept and _bound(h) & words}:
        kept |= more
        words = words.union(*(_words(text) for text in more))
    new = tuple(h for h in helpers if h in kept)
    imports = tuple(line for line in candidate.imports if _bound(line) & words)
    digest = candidate_digest(functions, new, imports)
    return replace(
        candidate, digest=digest, functions=tuple(functions), helpers=new, imports=imports
    )


def _definition(text: str) -> ast.stmt | None:
    tree = parse(text)
    return None if isinstance(tree, str) or len(tree.body) != 1 else tree.body[0]


def _words(text: str) -> frozenset[str]:
    """Name all that a text may mean; words in texts count (annotations)."""
    return frozenset(re.findall(r"[^\W\d]\w*", text))


def _bound(text: str) -> frozenset[str]:
    """Name what a definition or an import binds; ``*`` binds what nobody knows, so it stays."""
    node = _definition(text)
    if isinstance(node, ast.Import | ast.ImportFrom):
        return frozenset((a.asname or a.name).partition(".")[0] for a in node.names)
    if isinstance(node, (*FUNCTION, ast.ClassDef)):
        return frozenset({node.name})
    return _words(text.partition("=")[0])


def _reverted(text: str, original: str, dropped: Collection[Edit]) -> str:
    before, after = original.split("\n"), text.split("\n")
    for each in sorted(dropped, reverse=True):
        after[slice(*each.new)] = before[slice(*each.old)]
    return "\n".join(after)
