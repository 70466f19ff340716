"""Turn a profile into a document that speedscope.app reads."""

from __future__ import annotations

from typing import Any

from codeopt.model.evidence import Frame, Profile

SCHEMA = "https://www.speedscope.app/file-format-schema.json"


def speedscope(profile: Profile) -> dict[str, Any]:
    """Return the profile in speedscope's JSON format, as one sampled profile of CPU seconds."""
    index: dict[Frame, int] = {}
    samples = [
        [index.setdefault(frame, len(index)) for frame in stack.frames] for stack in profile.stacks
    ]
    weights = [stack.seconds for stack in profile.stacks]
    return {
        "$schema": SCHEMA,
        "exporter": "codeopt",
        "name": profile.workload.label,
        "activeProfileIndex": 0,
        "shared": {"frames": [_frame(frame) for frame in index]},
        "profiles": [
            {
                "type": "sampled",
                "name": profile.workload.label,
                "unit": "seconds",
                "startValue": 0,
                "endValue": sum(weights),
                "samples": samples,
                "weights": weights,
            }
        ],
    }


def _frame(frame: Frame) -> dict[str, Any]:
    return {"name": frame.name, "file": frame.path, "line": frame.line}
