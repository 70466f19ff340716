"""Ask a model for N rewrites of the whole function, each with another technique.

The control that every other strategy must beat at equal tokens (PIE; "Simple Baselines are
Competitive with Code Evolution"). Techniques follow from the target and the seed alone, so a run
that is resumed or replayed asks the same things again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from codeopt.config import ModelSettings
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt
from codeopt.ports import Assignment, LanguageModel, Proposal, Request
from codeopt.propose.asking import Asker, Patience, Query, short
from codeopt.propose.briefing import brief, known_attempts
from codeopt.propose.companions import companions
from codeopt.propose.context import function_text, text_of
from codeopt.propose.examples import shown, similar
from codeopt.propose.prompts import Prompts
from codeopt.propose.reply import Asked
from codeopt.propose.techniques import Technique, choose, signals

Ask = Callable[[Callable[[Query], Proposal], Iterable[Query]], Iterable[Proposal]]


class BestOfN:
    """Implement the Strategy port with independent samples of one model.

    ``role`` names the prompt: models of a few hundred million parameters lose their way in the long
    one and need ``rewrite-small``.
    """

    name = "best-of-n"

    def __init__(
        self,
        model: LanguageModel,
        settings: ModelSettings,
        prompts: Prompts,
        *,
        role: str = "rewrite",
        min_speedup: float = 1.05,
        seed: int = 0,
        unbounded_caches: bool = False,
    ) -> None:
        self._settings = settings
        self._rewrite = prompts.load(role)
        self._asker = Asker(model, prompts, self.name, settings)
        self._goal = min_speedup
        self._seed = seed
        self._unbounded_caches = unbounded_caches
        self._ask: Ask = map
        self._observed: dict[FunctionId, list[Attempt]] = {}

    def at_once(self, ask: Ask) -> BestOfN:
        """Map over queries that are in flight at once; none shows what came of the others."""
        self._ask = ask
        return self

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield one proposal a sample; stop when the budget is spent or the model keeps failing."""
        text = function_text(assignment)
        target = assignment.target.id
        file = text_of(assignment.sources[target.path])
        asked = Asked(target, text, file, companions(assignment))
        found = signals(text, assignment.project_packages)
        used: Counter[str] = Counter()
        patience = Patience()
        samples, together = self._settings.samples, max(1, self._settings.in_flight)
        for first in range(0, samples, together):
            queries = []
            for number in range(first, min(first + together, samples)):
                liking = assignment.liking
                technique = choose(found, used, seed=self._seed, salt=str(target), liking=liking)
                used[technique.name] += 1
                request = self._request(assignment, technique, number, text)
                queries.append(Query(asked, technique.name, request))
            proposals = list(self._ask(self._asker.propose, queries))
            for left, proposal in enumerate(reversed(proposals)):
                proposals[-1 - left] = replace(proposal, goes_on=left > 0)
            yield from proposals
            if any([patience.is_over(proposal) for proposal in proposals]):
                return

    def observe(self, attempt: Attempt) -> None:
        """Tell later prompts what came of an attempt."""
        self._observed.setdefault(attempt.target, []).append(attempt)

    def _request(
        self, assignment: Assignment, technique: Technique, number: int, text: str
    ) -> Request:
        target = assignment.target.id
        values = brief(
            assignment,
            technique,
            known_attempts(assignment, self._observed.get(target, ())),
            goal=self._goal,
            unbounded_caches=self._unbounded_caches,
        )
        examples = shown(similar(text, assignment.examples))
        return self._asker.request(
            self._rewrite,
            {**values, "examples": examples},
            sample=number,
            slot=f"rewrite {target} {number} {technique.name} {short(text)}",
        )
