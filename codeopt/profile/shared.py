"""The hot functions as a small file that is committed, so that every clone knows them.

It is JSON that a person can read and edit: ``{"version": 1, "workload": "…", "functions":
[{"function": "path::name", "own": 0.31, "cumulative": 0.49}]}``, with shares from 0 to 1.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from codeopt import foreign
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Hotspot, Profile
from codeopt.model.project import Workload, WorkloadKind

NAME = ".codeopt-profile.json"
_VERSION = 1
_LARGEST = 1 << 20  # bytes


def write(root: Path, found: Profile, *, least: float) -> Path:
    """Write the functions with at least a share of the workload, the hottest first."""
    spots = [_entry(spot) for spot in found.hotspots if spot.cumulative_share >= least]
    document = {"version": _VERSION, "workload": found.workload.label, "functions": spots}
    file = root / NAME
    foreign.write(file, (json.dumps(document, indent=2) + "\n").encode())
    file.chmod(0o644)
    return file


def read(root: Path) -> Profile | None:
    """Return what the file says, None where there is none that can be read."""
    try:
        document = json.loads(foreign.read(root / NAME, _LARGEST))
        if document["version"] != _VERSION:
            return None
        spots = tuple(_hotspot(each) for each in document["functions"])
        workload = Workload(WorkloadKind.COMMAND, (), str(document["workload"]))
        return Profile(workload, spots, 0.0, 0, 0.0)
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return None


def _entry(spot: Hotspot) -> dict[str, Any]:
    return {
        "function": f"{spot.id.path}::{spot.id.qualname}",
        "own": round(spot.own_share, 4),
        "cumulative": round(spot.cumulative_share, 4),
    }


def _hotspot(entry: dict[str, Any]) -> Hotspot:
    path, _, qualname = str(entry["function"]).partition("::")
    own, cumulative = float(entry["own"]), float(entry["cumulative"])
    return Hotspot(FunctionId(path, qualname), 0.0, 0.0, own, cumulative, 0, own_share=own)
