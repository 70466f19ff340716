"""Name how calls end, so that versions without a trusted reference can be compared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from codeopt.model.evidence import Recording
from codeopt.model.project import Project
from codeopt.verify.compare import uncomparable
from codeopt.verify.observation import Observation
from codeopt.verify.replaying import Replay, replay
from codeopt.worker import Place

_SECONDS = 3.0  # limit of one call
_BUDGET = 2.0
_SEEN = ("exception", "result", "arguments", "output")


def outcomes(
    place: Place, project: Project, recording: Recording, overrides: Mapping[str, str]
) -> tuple[str | None, ...]:
    """Run a version on recorded calls; return one name a call, None where there is nothing sure.

    Equal names mean equal results by type and value, equal exceptions, equal effects.
    """
    request = Replay(
        project,
        recording.file,
        overrides=overrides,
        seconds=_SECONDS,
        budget=_BUDGET,
        timeouts=1,
    )
    seen = replay(place, request)
    return tuple(name_of(seen.observations.get((index, "first"))) for index in seen.chosen)


def name_of(observation: Observation | None) -> str | None:
    """Return a digest of everything that was seen of a call."""
    if observation is None or uncomparable(observation) is not None:
        return None
    parts = [observation.kind, *(observation.section(name).digest for name in _SEEN)]
    parts += [f"{name}={value}" for name, value in sorted(observation.state.items())]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:24]
