"""Landlock and seccomp: the kernel refuses, without namespaces and without root."""

from __future__ import annotations

import os
import sys

from codeopt.adapters.sandboxes import kernel, seccomp, system
from codeopt.adapters.sandboxes.process import Confinement, Plan, ProcessSession, scratch
from codeopt.adapters.sandboxes.trial import failed_trial, try_out
from codeopt.ports import Command, Completed, Guarantee, Probe

_HOLDS = frozenset(Guarantee) - {Guarantee.NESTED}
_HINT = "needs Linux 5.13 or newer with Landlock switched on (lsm=landlock,… at boot)"
_SCOPED_ABI = 6


class LandlockSandbox:
    """Let code reach only what its command lists; no sockets unless ``network``.

    ``abi`` lowers the version of Landlock that is used, to try what older kernels hold.
    """

    name = "landlock"

    def __init__(self, *, network: bool = False, abi: int = kernel.NEWEST_ABI) -> None:
        self._network = network
        self._abi = abi

    def probe(self) -> Probe:
        """Start a hostile script for real and see what it reaches."""
        abi = self._usable_abi()
        if abi == 0:
            return failed_trial(self.name, "the kernel offers no Landlock", _HINT)
        lacks = set() if abi >= _SCOPED_ABI else {Guarantee.PROCESSES}
        lacks |= {Guarantee.NETWORK} if self._network else set()
        return try_out(self, _HOLDS - lacks, f"ABI {abi}", _HINT)

    def run(self, command: Command) -> Completed:
        """Run a command to its end, within its limits."""
        return self.start(command).run_to_end()

    def start(self, command: Command) -> ProcessSession:
        """Start a command to talk to."""
        abi = self._usable_abi()
        machine = os.uname().machine
        read = (*system.readable(network=self._network), *system.MACHINE, *command.read)
        confine = Confinement(
            files=True,
            read=tuple(map(str, read)),
            write=tuple(map(str, command.write)),
            devices=system.DEVICES,
            network=self._network,
            abi=abi,
            calls=seccomp.landlocked_filter(machine, network=self._network, abi=abi),
        )
        plan = Plan(command.argv, str(command.cwd), scratch=scratch(), confine=confine)
        return ProcessSession(plan, command)

    def _usable_abi(self) -> int:
        if sys.platform != "linux" or not seccomp.supported(os.uname().machine):
            return 0
        return min(self._abi, kernel.landlock_abi())
