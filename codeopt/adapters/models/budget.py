"""Hold the cost and the tokens of a run under a hard cap."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from codeopt.adapters.models.accounting import worst_case
from codeopt.adapters.models.cached import close
from codeopt.model.evidence import Spend
from codeopt.model.reasons import Code
from codeopt.ports import LanguageModel, Reply, Request


def free(spend: Spend) -> float:
    """Price tokens at nothing."""
    return 0.0


class BudgetedModel:
    """Wrap a model with a cap that counts calls in flight.

    A call is let through only if its worst case fits beside all that is spent and in flight. Safe
    to use from several threads.
    """

    def __init__(
        self,
        inner: LanguageModel,
        *,
        max_cost: float,
        max_tokens: int,
        price: Callable[[Spend], float] = free,
        spent: Spend | None = None,
    ) -> None:
        self.name = inner.name
        self._inner = inner
        self._max_cost = max_cost
        self._max_tokens = max_tokens
        self._price = price
        self._lock = threading.Lock()
        self._spent = spent or Spend()
        self._in_flight: list[Spend] = []

    @property
    def spent(self) -> Spend:
        """Return what finished calls have cost."""
        with self._lock:
            return self._spent

    def complete(self, request: Request) -> Reply:
        """Answer a request, or say which cap it would break."""
        worst = worst_case(request)
        worst = replace(worst, usd=self._price(worst))
        refusal = self._reserve(worst)
        if refusal:
            return Reply("", Spend(), request.digest, error=refusal, code=Code.BUDGET)
        actual = Spend()
        try:
            reply = self._inner.complete(request)
            actual = reply.spend
            return reply
        finally:
            self._settle(worst, actual)

    def close(self) -> None:
        """Release what the wrapped model holds (a child process)."""
        close(self._inner)

    def _reserve(self, worst: Spend) -> str:
        with self._lock:
            total = sum([*self._in_flight, worst], self._spent)
            if total.tokens > self._max_tokens:
                return self._refusal(f"{self._max_tokens} tokens", "--max-tokens")
            if total.usd > self._max_cost:
                return self._refusal(f"${self._max_cost:g}", "--max-cost")
            self._in_flight.append(worst)
            return ""

    def _refusal(self, cap: str, flag: str) -> str:
        used = f"{self._spent.tokens} tokens and ${self._spent.usd:.4f}"
        return f"another call could exceed the cap of {cap}: {used} are spent; raise {flag}"

    def _settle(self, worst: Spend, actual: Spend) -> None:
        with self._lock:
            self._in_flight.remove(worst)
            self._spent += actual
