"""A loopback endpoint that speaks the chat completions of OpenAI, and misbehaves on demand.

Real sockets, standard library only. In tests::

    with Endpoint(lambda ask: text("```python ...")) as endpoint:
        settings = ModelSettings(model="any", api_base=endpoint.url)

By hand: ``python -m tests.support.endpoint --port 8000 --answers DIR`` answers a prompt about
``path::name`` with ``DIR/name.md``; ``--fault`` makes it fail instead.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Ask:
    """Hold one request as it came in; ``number`` counts from 0."""

    number: int
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """Join the contents of all messages."""
        return "\n".join(str(m.get("content") or "") for m in self.body.get("messages", ()))

    @property
    def target(self) -> str:
        """Return the ``path::name`` that the prompt is about, or nothing."""
        found = re.search(r"`([^`\s]+\.py::[^`\s]+)`", self.prompt)
        return found.group(1) if found else ""


@dataclass(frozen=True, slots=True)
class Act:
    """Say what the endpoint does with one request.

    ``promised`` bytes more than the body are announced and never sent; ``drip`` seconds pass before
    each byte. ``reset`` breaks the connection: after the body where bytes are promised, else
    instead of an answer.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()
    stall: float = 0.0
    reset: bool = False
    promised: int = 0
    drip: float = 0.0


def text(
    answer: str,
    *,
    usage: tuple[int, int] | None = (100, 50),
    finish: str = "stop",
    model: str = "m",
) -> Act:
    """Answer with a completion; ``usage`` None leaves the token counts out."""
    reply: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": answer},
            }
        ],
    }
    if usage is not None:
        prompt, completion = usage
        reply["usage"] = {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }
    return Act(body=json.dumps(reply).encode())


def error(status: int, message: str = "", *, code: str = "", retry_after: str = "") -> Act:
    """Fail with an HTTP status and an error document as OpenAI writes it."""
    document = {"error": {"message": message or f"status {status}", "type": "error", "code": code}}
    headers = (("Retry-After", retry_after),) if retry_after else ()
    return Act(status=status, body=json.dumps(document).encode(), headers=headers)


def garbage() -> Act:
    """Answer 200 with a page that is not JSON."""
    return Act(body=b"<html>It works!</html>", headers=(("Content-Type", "text/html"),))


def reset() -> Act:
    """Break the connection instead of answering."""
    return Act(reset=True)


def cut(answer: str, *, rough: bool = True) -> Act:
    """End in the middle of an answer: by a reset, or by closing the connection."""
    body = text(answer).body
    half = len(body) // 2
    return Act(body=body[:half], promised=len(body) - half, reset=rough)


def trickle(seconds: float) -> Act:
    """Send an answer byte by byte, each soon enough for a client that waits for the next only."""
    return Act(body=text("slow").body, drip=seconds)


def stall(seconds: float) -> Act:
    """Send nothing for a while, then an answer."""
    return Act(stall=seconds, body=text("late").body)


def answers_from(directory: Path) -> Callable[[Ask], Act]:
    """Answer each prompt with the file named after the function that it is about."""

    def answer(ask: Ask) -> Act:
        name = re.split(r"::|\.", ask.target)[-1] if ask.target else ""
        file = directory / f"{name}.md"
        return text(file.read_text("utf-8") if name and file.is_file() else "I have no idea.")

    return answer


Script = Callable[[Ask], Act] | Sequence[Act]


@dataclass
class Endpoint:
    """Serve a script: a function of the request, or acts in order of which the last repeats."""

    script: Script
    port: int = 0
    asks: list[Ask] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    @property
    def url(self) -> str:
        """Return the base URL as a client wants it."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Endpoint:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def act(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Act:
        """Record a request and look up what to do with it."""
        with self._lock:
            ask = Ask(len(self.asks), path, headers, body)
            self.asks.append(ask)
        act = (
            self.script(ask)
            if callable(self.script)
            else self.script[min(ask.number, len(self.script) - 1)]
        )
        self.wait(act.stall)
        return act

    def wait(self, seconds: float) -> None:
        """Wait, but no longer than the endpoint is there."""
        self._stopped.wait(seconds)


def _parts(act: Act) -> Iterator[bytes]:
    step = 1 if act.drip else max(1, len(act.body))
    return (act.body[start : start + step] for start in range(0, len(act.body), step))


def _break(connection: socket.socket) -> None:
    linger = struct.pack("ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    connection.close()


def _handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                named = {name.title(): value for name, value in self.headers.items()}
                self._send(endpoint.act(self.path, named, json.loads(raw or b"{}")))
            except OSError:  # the client gave up: that is its right
                self.close_connection = True

        def _send(self, act: Act) -> None:
            self.close_connection = True
            if act.reset and not act.promised:
                _break(self.connection)
                return
            self.send_response(act.status)
            headers = {"Content-Type": "application/json", **dict(act.headers)}
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(act.body) + act.promised))
            self.send_header("Connection", "close")  # else clients keep sockets to dead endpoints
            self.end_headers()
            for part in _parts(act):
                endpoint.wait(act.drip)
                self.wfile.write(part)
            if act.reset:
                endpoint.wait(0.05)  # a reset that comes at once takes the body with it
                _break(self.connection)

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):  # a connection that was reset has nothing to flush
                self.rfile.close()

        def log_message(self, *_: object) -> None:
            return

    return Handler


_FAULTS: dict[str, Callable[[], Act]] = {
    "401": lambda: error(401, "Incorrect API key provided", code="invalid_api_key"),
    "404": lambda: error(404, "The model does not exist", code="model_not_found"),
    "429": lambda: error(429, "Rate limit reached", retry_after="1"),
    "500": lambda: error(500),
    "reset": reset,
    "stall": lambda: stall(3600),
    "empty": lambda: text(""),
    "prose": lambda: text("I would use a set here, because look-up is faster."),
    "garbage": garbage,
    "no-usage": lambda: text("no usage", usage=None),
}


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--answers", type=Path, help="directory with one NAME.md for each function")
    parser.add_argument("--fault", choices=sorted(_FAULTS))
    options = parser.parse_args()
    if not options.answers and not options.fault:
        parser.error("give --answers DIR or --fault KIND")
    script = [_FAULTS[options.fault]()] if options.fault else answers_from(options.answers)
    with Endpoint(script, options.port) as endpoint:
        print(endpoint.url, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print(f"{len(endpoint.asks)} requests")


if __name__ == "__main__":
    main()
