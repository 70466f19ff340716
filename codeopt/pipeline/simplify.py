"""Look for the smallest rewrite that keeps the gain of one that was accepted."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass

from codeopt.measure.bench import Bench
from codeopt.model.candidate import Candidate, Patch
from codeopt.model.code import FunctionId
from codeopt.model.events import CheckStarted, Event
from codeopt.model.reasons import Reason
from codeopt.pipeline.ground import Ground
from codeopt.pipeline.judge import Case, Judge, patched_copy, texts
from codeopt.pipeline.tools import Tools
from codeopt.propose.simplify import minimise
from codeopt.workload import with_tree

_SECONDS = 3.0  # for timing one smaller variant against the whole rewrite
_AS_FAST = 0.98  # what a smaller variant must reach: less is a loss that can be measured


@dataclass(frozen=True, slots=True)
class Simplifier:
    """Drop the edits of a rewrite that gain nothing; each variant is judged once for a run.

    ``mark`` tells the files apart that variants are judged on.
    """

    tools: Tools
    ground: Ground
    judge: Judge
    case: Case
    patch: Callable[[Candidate], Patch | Reason]
    mark: str = ""

    def simplify(
        self, candidate: Candidate, originals: Mapping[FunctionId, str]
    ) -> Generator[Event, None, Candidate]:
        """Return the smallest variant that behaves as the original and is as fast as all of it.

        What can only be timed inside the workload is left as it is: that takes too long.
        """
        if self.case.inside:
            return candidate
        search = minimise(candidate, originals)
        try:
            variant = next(search)
            while True:
                yield CheckStarted("simplify")
                variant = search.send((yield from self._keeps(candidate, variant)))
        except StopIteration as stop:
            found: Candidate = stop.value
            return found

    def _keeps(self, whole: Candidate, variant: Candidate) -> Generator[Event, None, bool]:
        key = f"{whole.target} {whole.digest} {variant.digest}{self.mark}"
        stored = self.tools.ledger.get("simplified", key, bool)
        if stored is None:
            before, after = self.patch(whole), self.patch(variant)
            stored = False
            if isinstance(before, Patch) and isinstance(after, Patch):
                same = yield from self.judge.behaviour(self.case, after, variant.declared)
                stored = same.same is True and self._is_as_fast(before, after)
            self.tools.ledger.put("simplified", key, stored)
        return stored

    def _is_as_fast(self, whole: Patch, variant: Patch) -> bool:
        """Time a variant against the whole rewrite, in a tree that holds that."""
        setting, settings = self.ground.setting, self.tools.settings
        tree = patched_copy(setting.place.tree, setting.scratch / "whole", whole)
        bench = Bench(with_tree(setting.place, tree), setting.project, settings.measure)
        recording, seed = self.case.recording, settings.judge.seed
        found = bench.rank(recording, texts(variant), seconds=_SECONDS, seed=seed)
        return found is not None and found.estimate >= _AS_FAST
