"""Propose the rewrites of the catalogue: all together, one by one, then those that gained.

Needs no model and is deterministic: what it proposes follows from the source, the profile, and
what the judge found about the proposals before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import decode_source

from codeopt.model.candidate import Candidate, FunctionSource, Origin
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Hotspot
from codeopt.ports import Assignment, Proposal
from codeopt.propose.catalogue.callees import private_callees
from codeopt.propose.catalogue.drafting import Applied, Draft, Module, definition, draft, find_sites
from codeopt.propose.catalogue.registry import REWRITES
from codeopt.propose.catalogue.rewrite import Gain, Rewrite
from codeopt.propose.digest import candidate_digest

_SINGLES = 6
_COLD = 0.01


class CatalogueStrategy:
    """Implement the Strategy port with known rewrites of slow patterns."""

    name = "catalogue"

    def __init__(self, rewrites: Sequence[Rewrite] = REWRITES) -> None:
        self._rewrites = tuple(rewrites)
        self._observed: dict[tuple[FunctionId, str], Attempt] = {}

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield at most ten candidates; each next one heeds what was found about those before."""
        work = _Work.of(assignment, self._rewrites)
        if work is None:
            return
        seen: set[str] = set()
        for together in self._rounds(work):
            new = {c.digest: c for c in together if c is not None and c.digest not in seen}
            seen.update(new)
            for left, candidate in zip(range(len(new))[::-1], new.values(), strict=True):
                yield Proposal(candidate, goes_on=left > 0)

    def observe(self, attempt: Attempt) -> None:
        """Remember what was found about a candidate of this strategy."""
        if attempt.strategy == self.name:
            self._observed[attempt.target, attempt.candidate_digest] = attempt

    def _rounds(self, work: _Work) -> Iterator[list[Candidate | None]]:
        """Yield candidates that do not depend on each other, a round at a time."""
        everything = work.candidate(work.rewrites, certain=False)
        yield [work.candidate(work.rewrites, certain=True), everything]
        if self._kept(everything):
            return
        singles = self._singles(work, neutral=self._same(everything))
        tried = [(rewrite, work.candidate([rewrite], certain=False)) for rewrite in singles]
        yield [candidate for _, candidate in tried]
        yield [work.candidate([r for r, c in tried if self._kept(c)], certain=False)]
        if not self._same(everything):
            rest = [r for r in work.rewrites if not self._wrong(r, tried)]
            yield [work.candidate(rest, certain=False)]

    def _singles(self, work: _Work, *, neutral: bool) -> list[Rewrite]:
        """Choose what to try alone; where all together gained nothing, only what promises much."""
        if len(work.rewrites) < 2:
            return []
        chosen = [r for r in work.by_promise() if not neutral or r.gain > Gain.SMALL]
        return chosen[:_SINGLES]

    def _wrong(self, rewrite: Rewrite, tried: list[tuple[Rewrite, Candidate | None]]) -> bool:
        """Tell whether a rewrite was tried alone and found to behave otherwise."""
        found = [self._attempt(c) for r, c in tried if r is rewrite]
        return any(a is not None and _refuted(a) for a in found)

    def _attempt(self, candidate: Candidate | None) -> Attempt | None:
        if candidate is None:
            return None
        return self._observed.get((candidate.target, candidate.digest))

    def _kept(self, candidate: Candidate | None) -> bool:
        attempt = self._attempt(candidate)
        return attempt is not None and attempt.decision.keep

    def _same(self, candidate: Candidate | None) -> bool:
        attempt = self._attempt(candidate)
        return attempt is not None and attempt.verdict is not None and attempt.verdict.same is True


def _refuted(attempt: Attempt) -> bool:
    return not attempt.decision.keep and (attempt.verdict is None or attempt.verdict.same is False)


@dataclass(frozen=True, slots=True)
class _Work:
    """Hold one target with the functions that are rewritten along with it, and what applies."""

    target: FunctionId
    module: Module
    qualnames: tuple[str, ...]
    sites: tuple[Applied, ...]
    rewrites: tuple[Rewrite, ...]
    hotspot: Hotspot | None

    @classmethod
    def of(cls, assignment: Assignment, rewrites: Sequence[Rewrite]) -> _Work | None:
        """Find what applies to a target; None when nothing does, or the file can't be read."""
        target = assignment.target
        module = _parse(assignment.sources.get(target.id.path, b""))
        if module is None or not _is_there(module, target.id.qualname, assignment):
            return None
        qualnames = (*together(module, target.id.qualname),)
        sites = [s for name in qualnames for s in find_sites(module, name, rewrites)]
        warm = {s.rewrite.name for s in sites if not _is_idle(s, target.id, assignment.hotspot)}
        chosen = tuple(r for r in rewrites if r.name in warm)
        if not chosen:
            return None
        return cls(target.id, module, qualnames, tuple(sites), chosen, assignment.hotspot)

    def by_promise(self) -> list[Rewrite]:
        """Order the rewrites by what they can gain on the lines where they apply."""

        def promise(rewrite: Rewrite) -> float:
            lines = [s.line for s in self.sites if s.rewrite is rewrite]
            return rewrite.gain * (1 + max(_heat(self.hotspot, line) for line in lines))

        return sorted(self.rewrites, key=promise, reverse=True)

    def candidate(self, rewrites: Sequence[Rewrite], *, certain: bool) -> Candidate | None:
        """Apply rewrites; None when nothing changes."""
        made = draft(self.module, self.qualnames, rewrites, certain=certain)
        if not made.applied:
            return None
        functions = tuple(self._functions(made))
        names = " + ".join(dict.fromkeys(a.rewrite.name for a in made.applied))
        return Candidate(
            candidate_digest(functions, made.helpers, made.imports),
            self.target,
            functions,
            made.helpers,
            made.imports,
            Origin(CatalogueStrategy.name, names, explanation=_explained(made.applied)),
        )

    def _functions(self, made: Draft) -> Iterator[FunctionSource]:
        """Yield the target, and each other function that changed."""
        for qualname in self.qualnames:
            inside = qualname.startswith(f"{self.target.qualname}.<locals>.")
            before = definition(self.module.source, qualname)
            after = definition(made.source, qualname)
            is_target = qualname == self.target.qualname
            if after is not None and not inside and (is_target or after != before):
                yield FunctionSource(FunctionId(self.target.path, qualname), after)


def _parse(source: bytes) -> Module | None:
    try:
        return Module.parse(decode_source(source))
    except (UnicodeDecodeError, SyntaxError, LookupError):
        return None


def _is_there(module: Module, qualname: str, assignment: Assignment) -> bool:
    """Tell whether a name leads to the very definition that is the target."""
    line = module.line_of(qualname)
    span = assignment.target.span
    return line is not None and span.start_line <= line <= span.end_line


def together(module: Module, qualname: str) -> Iterator[str]:
    """Yield a target, the functions inside it, and the private functions that it calls."""
    yield qualname
    yield from module.inner(qualname)
    yield from private_callees(module, qualname)


def _heat(hotspot: Hotspot | None, line: int) -> float:
    return next((t.share for t in hotspot.lines if t.line == line), 0.0) if hotspot else 0.0


def _is_idle(site: Applied, target: FunctionId, hotspot: Hotspot | None) -> bool:
    """Tell whether a small gain would be made on a line that costs nothing."""
    known = hotspot is not None and hotspot.lines and site.qualname == target.qualname
    if not known or site.rewrite.gain > Gain.SMALL:
        return False
    return _heat(hotspot, site.line) < _COLD


def _explained(applied: Sequence[Applied]) -> str:
    """Tell a reader what was done and why it is the same, one paragraph a rewrite."""
    parts: dict[str, list[str]] = {}
    for each in applied:
        lines = parts.setdefault(each.rewrite.name, [f"{each.rewrite.summary}."])
        given = f" Taken for granted: {each.assumption}." if each.assumption else ""
        lines.append(f"  {each.qualname}: {each.why}{given}")
    return "\n".join("\n".join(dict.fromkeys(lines)) for lines in parts.values())
