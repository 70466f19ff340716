"""Hold the cost and the tokens of a run under a hard cap."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from codeopt.adapters.models.account import Account
from codeopt.adapters.models.accounting import worst_case
from codeopt.adapters.models.cached import close
from codeopt.model.evidence import Spend
from codeopt.model.reasons import Code
from codeopt.ports import LanguageModel, Reply, Request


def free(spend: Spend) -> float:
    """Price tokens at nothing."""
    return 0.0


@dataclass(frozen=True, slots=True)
class Reserved:
    """Hold what is set aside for one call; ``number`` is its entry in the account."""

    worst: Spend
    number: int = 0


class Purse:
    """Hold what a run has spent and may spend; all its models draw on one. Safe between threads.

    With an ``account`` a run that is killed knows later what its calls in flight may have cost.
    """

    def __init__(
        self,
        *,
        max_cost: float = math.inf,
        max_tokens: float = math.inf,
        spent: Spend | None = None,
        account: Account | None = None,
    ) -> None:
        self._max_cost = max_cost
        self._max_tokens = max_tokens
        self._lock = threading.Lock()
        self._spent = spent or Spend()
        self._account = account
        self._in_flight: list[Reserved] = []

    @property
    def spent(self) -> Spend:
        """Return what finished calls have cost."""
        with self._lock:
            return self._spent

    def reserve(self, worst: Spend) -> Reserved | str:
        """Set the most that a call can cost aside; return which cap that would break instead."""
        with self._lock:
            total = sum((each.worst for each in self._in_flight), self._spent + worst)
            if total.tokens > self._max_tokens:
                return self._refusal(f"{self._max_tokens} tokens", "--max-tokens")
            if total.usd > self._max_cost:
                return self._refusal(f"${self._max_cost:g}", "--max-cost")
            reserved = Reserved(worst, self._account.enter(worst) if self._account else 0)
            self._in_flight.append(reserved)
            return reserved

    def settle(self, reserved: Reserved, actual: Spend) -> None:
        """Replace what was set aside by what the call has cost."""
        with self._lock:
            self._in_flight.remove(reserved)
            self._spent += actual
            if self._account:
                self._account.correct(reserved.number, actual)

    def _refusal(self, cap: str, flag: str) -> str:
        used = f"{self._spent.tokens} tokens and ${self._spent.usd:.4f}"
        return f"another call could exceed the cap of {cap}: {used} are spent; raise {flag}"


class BudgetedModel:
    """Wrap a model with a cap that counts calls in flight.

    A call is let through only if its worst case fits beside all that is spent and in flight.
    """

    def __init__(
        self, inner: LanguageModel, purse: Purse, *, price: Callable[[Spend], float] = free
    ) -> None:
        self.name = inner.name
        self._inner = inner
        self._purse = purse
        self._price = price

    def complete(self, request: Request) -> Reply:
        """Answer a request, or say which cap it would break."""
        worst = worst_case(request)
        worst = replace(worst, usd=self._price(worst))
        reserved = self._purse.reserve(worst)
        if isinstance(reserved, str):
            return Reply("", Spend(), request.digest, error=reserved, code=Code.BUDGET)
        actual = Spend()
        try:
            reply = self._inner.complete(request)
            actual = reply.spend
            return reply
        finally:
            self._purse.settle(reserved, actual)

    def close(self) -> None:
        """Release what the wrapped model holds (a child process)."""
        close(self._inner)
