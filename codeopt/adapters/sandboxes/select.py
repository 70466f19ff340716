"""Choose the sandbox: the strongest backend that passes its trial, or none on demand."""

from __future__ import annotations

from codeopt.adapters.sandboxes.bubblewrap import BubblewrapSandbox
from codeopt.adapters.sandboxes.landlock import LandlockSandbox
from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.config import SandboxSettings
from codeopt.model.errors import PreconditionError, UsageError
from codeopt.ports import Probe, Sandbox

_NAMES = ("auto", "bubblewrap", "landlock", "none")


def choose_sandbox(settings: SandboxSettings) -> Sandbox:
    """Return the backend that the settings ask for.

    Raises PreconditionError when it does not work here (``auto``: when none does) unless
    ``unsafe_no_sandbox`` is set, UsageError for an unknown name.
    """
    if settings.sandbox not in _NAMES:
        hint = f"choose one of {', '.join(_NAMES)}"
        raise UsageError(f"unknown sandbox {settings.sandbox!r}", hint=hint)
    probes = []
    for backend in backends(network=settings.allow_network):
        if settings.sandbox in ("auto", backend.name):
            probe = backend.probe()
            if probe.available:
                return backend
            probes.append(probe)
    if settings.unsafe_no_sandbox:
        return PlainSandbox()
    raise _refusal(settings.sandbox, probes)


def backends(*, network: bool = False) -> tuple[Sandbox, ...]:
    """Return the backends that isolate, the strongest first."""
    return BubblewrapSandbox(network=network), LandlockSandbox(network=network)


def probe_all() -> tuple[Probe, ...]:
    """Try every backend out, the strongest first."""
    return tuple(backend.probe() for backend in (*backends(), PlainSandbox()))


def _refusal(wanted: str, probes: list[Probe]) -> PreconditionError:
    if wanted == "none":
        hint = "add --unsafe-no-sandbox if the code is your own, or use --sandbox auto"
        return PreconditionError("--sandbox none runs foreign code unconfined", hint=hint)
    found = "; ".join(f"{probe.name}: {probe.detail}" for probe in probes)
    hint = "; ".join(f"{probe.name}: {probe.hint}" for probe in probes if probe.hint)
    return PreconditionError(
        f"no sandbox to run the project's code in ({found})",
        hint=f"{hint}; --unsafe-no-sandbox runs without, for code that you trust",
    )
