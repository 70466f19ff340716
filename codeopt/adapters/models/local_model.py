"""Ask a model in a GGUF file through llama.cpp, in a child process on loopback.

The library is trusted, the file is not: it is read by a process with an empty environment, which
serves one random port to whoever knows one random key.
"""

from __future__ import annotations

import hashlib
import http.client
import importlib.util
import json
import secrets
import select
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from codeopt.adapters.models import llama_child
from codeopt.adapters.models.accounting import estimated
from codeopt.adapters.models.failures import one_line
from codeopt.model.errors import ModelError, PreconditionError
from codeopt.model.evidence import Spend
from codeopt.model.reasons import Code
from codeopt.ports import Reply, Request

_CONTEXT = 8192
_SAMPLE_BYTES = 1 << 20
_LOAD_SECONDS = 120.0


class LocalModel:
    """Implement the LanguageModel port with a GGUF file; the child starts with the first call."""

    def __init__(self, path: Path, *, timeout: float = 120.0, threads: int = 1) -> None:
        if not path.is_file():
            raise PreconditionError(
                f"there is no model file {path}", hint="local:FILE wants the path of a .gguf file"
            )
        self.name = f"local:{path.name}@{_identity(path)}"
        self._path = path
        self._timeout = timeout
        self._threads = threads
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def complete(self, request: Request) -> Reply:
        """Answer a request; calls wait for each other, there is one set of weights."""
        with self._lock:
            child = self._running()
            started = time.monotonic()
            try:
                status, document = child.post(_body(request), self._timeout)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._stop()  # a child that does not answer is not asked again
                text = f"the local model gave no answer: {one_line(str(error)) or 'it ended'}"
                return _failed(request, text)
            seconds = time.monotonic() - started
        if status != 200:
            return _failed(request, f"the local model refused: {_refusal(document)}")
        return _reply(request, document, seconds)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._stop()

    def _running(self) -> _Child:
        if self._child is None:
            self._child = _Child(self._path, self._threads)
        return self._child

    def _stop(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None


class _Child:
    """Own the process that serves the file."""

    def __init__(self, path: Path, threads: int) -> None:
        if importlib.util.find_spec("xllamacpp") is None:
            raise ModelError(
                "a local model needs xllamacpp, which is not installed",
                hint="pip install 'codeopt[local]'",
            )
        self._key = secrets.token_hex(16)
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the child)
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(Path(llama_child.__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
            text=True,
        )
        self.close = weakref.finalize(self, _end, self._process, self._log)
        self._address = self._start(path, threads)

    def post(self, body: bytes, timeout: float) -> tuple[int, dict[str, Any]]:
        """Send a request; return the status and the document."""
        where = urlsplit(self._address)
        connection = http.client.HTTPConnection(
            where.hostname or "", where.port or 0, timeout=timeout
        )
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"}
        try:
            connection.request("POST", "/v1/chat/completions", body, headers)
            response = connection.getresponse()
            document = json.loads(response.read())
        finally:
            connection.close()
        if not isinstance(document, dict):
            raise ValueError("the answer is not a JSON object")
        return response.status, document

    def _start(self, path: Path, threads: int) -> str:
        order = {
            "model": str(path.resolve()),
            "key": self._key,
            "context": _CONTEXT,
            "gpu_layers": 0,
            "threads": threads,
        }
        try:
            address = self._say(order).get("address", "")
        except (OSError, ValueError):
            address = ""
        if not address:
            self._log.seek(0)
            why = _complaint(self._log.read().decode("utf-8", "replace"))
            self.close()
            raise ModelError(
                f"{path} cannot be loaded: {why}",
                hint="local:FILE wants a whole GGUF file that llama.cpp knows",
            )
        return str(address)

    def _say(self, order: dict[str, Any]) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        ready, _, _ = select.select([stdout], [], [], _LOAD_SECONDS)
        answer = json.loads(stdout.readline()) if ready else {}
        return answer if isinstance(answer, dict) else {}


def _complaint(log: str) -> str:
    """Find the first error in llama.cpp's log (time, level, component, text): it is the cause."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line.partition(" E ")[2] for line in lines if " E " in line]
    return one_line((errors or lines[-1:] or ["no reason given"])[0])


def _end(process: subprocess.Popen[str], log: IO[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, log):
        if stream is not None:
            stream.close()


def _body(request: Request) -> bytes:
    return json.dumps(
        {
            "messages": [{"role": m.role, "content": m.content} for m in request.messages],
            "temperature": request.temperature,
            "max_tokens": request.max_tokens,
            "seed": request.sample,
            "stream": False,
        }
    ).encode()


def _reply(request: Request, document: dict[str, Any], seconds: float) -> Reply:
    try:
        choice = document["choices"][0]
        text = str(choice["message"].get("content") or "")
    except (KeyError, IndexError, TypeError, AttributeError):
        return _failed(request, "the local model sent an answer without a message")
    usage = document.get("usage") or {}
    spend = Spend(
        prompt_tokens=int(usage.get("prompt_tokens", 0)),
        completion_tokens=int(usage.get("completion_tokens", 0)),
        calls=1,
    )
    return Reply(
        text,
        spend if spend.tokens else estimated(request, text),
        request.digest,
        seconds=seconds,
        truncated=choice.get("finish_reason") == "length",
    )


def _refusal(document: dict[str, Any]) -> str:
    error = document.get("error")
    return one_line(str(error.get("message") if isinstance(error, dict) else error))


def _failed(request: Request, text: str) -> Reply:
    return Reply("", Spend(calls=1), request.digest, error=text, code=Code.MODEL_FAILED)


def _identity(path: Path) -> str:
    """Tell weights of one name apart: size, header and tail; whole files take seconds to read."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
        file.seek(max(0, size - _SAMPLE_BYTES))
        tail = file.read(_SAMPLE_BYTES)
    return hashlib.sha256(b"%d\0" % size + head + tail).hexdigest()[:12]
