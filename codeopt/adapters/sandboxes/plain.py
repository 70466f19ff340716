"""The always-on layer alone: limits and clean-up, nothing out of reach."""

from __future__ import annotations

import sys

from codeopt.adapters.sandboxes.process import Confinement, Plan, ProcessSession, scratch
from codeopt.ports import Command, Completed, Guarantee, Probe

_HOLDS = frozenset(
    {
        Guarantee.ENVIRONMENT,
        Guarantee.TIME,
        Guarantee.OUTPUT,
        Guarantee.MEMORY,
        Guarantee.FORKS,
        Guarantee.CLEANUP,
    }
)
_WITHOUT_PROC = frozenset({Guarantee.ENVIRONMENT, Guarantee.TIME, Guarantee.OUTPUT})


class PlainSandbox:
    """Bound what code uses; files, network and other processes stay in its reach."""

    name = "plain"

    def probe(self) -> Probe:
        """Say what holds; there is nothing to try."""
        holds = _HOLDS if sys.platform == "linux" else _WITHOUT_PROC
        return Probe(self.name, True, holds, "limits only, no isolation")

    def run(self, command: Command) -> Completed:
        """Run a command to its end, within its limits."""
        return self.start(command).run_to_end()

    def start(self, command: Command) -> ProcessSession:
        """Start a command to talk to."""
        confine = Confinement() if sys.platform == "linux" else None
        plan = Plan(command.argv, str(command.cwd), scratch=scratch(), confine=confine)
        return ProcessSession(plan, command)
