"""Values of what a machine adds to measurements, and of what is counted beside time."""

from __future__ import annotations

from dataclasses import dataclass

_TOO_NOISY = 1.25
_FASTER = 1.01  # identical code may differ by as much


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Identify the machine that measured; samples of different machines are never mixed."""

    cpu: str
    cores: int
    kernel: str
    python: str
    load: float


@dataclass(frozen=True, slots=True)
class Witness:
    """Hold what both versions cost by another measure than time, over the same calls."""

    kind: str
    original: int
    candidate: int

    @property
    def ratio(self) -> float:
        """Return old/new: above 1 the candidate needs less."""
        return self.original / max(1, self.candidate)

    def __str__(self) -> str:
        return f"{self.ratio:.3f}× by {self.kind} ({self.original:,} to {self.candidate:,})"


@dataclass(frozen=True, slots=True)
class Noise:
    """Hold the noise of a machine, as standard deviations of log ratios of identical code.

    ``inside`` is between units of one process, ``between`` from process to process, ``wall`` is
    the first by wall time. ``detectable`` is the least speed-up (as a ratio) that would be told
    from none in nine of ten tries in the time given.
    """

    inside: float
    between: float
    wall: float
    detectable: float

    @property
    def usable(self) -> bool:
        """Tell whether claims can be made on this machine."""
        return self.detectable < _TOO_NOISY

    def __str__(self) -> str:
        return (
            f"identical code differs by {self.between:.1%} from process to process "
            f"(CPU time {self.inside:.1%}, wall time {self.wall:.1%} within one); {self.promise}"
        )

    @property
    def promise(self) -> str:
        """Say which speed-ups can be shown in the time allowed."""
        return f"speed-ups from {max(_FASTER, self.detectable):.2f}× on can be shown"
