"""What model calls cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spend:
    """Count what model calls cost; ``usd`` is 0 where the price is unknown or there is none.

    ``estimated`` counts the calls whose tokens the provider did not tell, so that they are guessed.
    """

    usd: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    estimated: int = 0

    def __add__(self, other: Spend) -> Spend:
        return Spend(
            self.usd + other.usd,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.calls + other.calls,
            self.estimated + other.estimated,
        )

    @property
    def tokens(self) -> int:
        """Count the tokens of prompts and answers together."""
        return self.prompt_tokens + self.completion_tokens
