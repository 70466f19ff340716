"""Serve a GGUF file over loopback, in a process of its own that dies with its parent.

Run by path, isolated (``python -I``). It reads one line of JSON, answers with one line of JSON, and
ends when its standard input does: that is when the parent closes it or is gone, however it died.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import suppress
from typing import Any

_LOG_BYTES = 1 << 20


def main() -> None:
    """Load the model, say where it is served, and wait."""
    order = json.loads(sys.stdin.readline())
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the library prints is log
    _limit()
    try:
        server = _serve(order)
        json.dump({"address": server.listening_address}, answer)
    except Exception as error:
        json.dump({"error": f"{type(error).__name__}: {error}"}, answer)
    answer.write("\n")
    answer.close()
    sys.stdin.read()
    os._exit(0)


def _limit() -> None:
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_LOG_BYTES, _LOG_BYTES))


def _serve(order: dict[str, Any]) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = order["model"]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order["key"]]
    params.n_ctx = order["context"]
    params.n_parallel = 1
    params.n_gpu_layers = order["gpu_layers"]
    # two threads on busy cores are ten times slower than one
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = order["threads"]
    params.ui = False
    params.offline = True
    params.verbosity = 1
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
