"""Jobs that a worker of a test cluster can do."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

_KEPT: dict[str, bytes] = {}


def perform(text: str, blobs: dict[str, bytes]) -> str:
    """Name the worker, and what has to be sent first; wait as long as is asked for."""
    _KEPT.update(blobs)
    job = json.loads(text)
    missing = [each for each in job.get("needs", ()) if each not in _KEPT]
    if missing:
        return json.dumps({"missing": missing})
    time.sleep(job.get("seconds", 0.0))
    known = [_KEPT[each].decode() for each in job.get("needs", ())]
    return json.dumps({"pid": os.getpid(), "known": known, "sent": sorted(blobs)})


def packed(text: str, blobs: dict[str, bytes]) -> object:
    """Answer with an object that only a pickle can carry."""
    return Path(text)
