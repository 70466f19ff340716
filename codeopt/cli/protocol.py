"""Speak the Model Context Protocol: tools, their arguments, and jobs that run beside the talk."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from io import TextIOWrapper
from typing import IO, Any

import anyio
import mcp.server.stdio
from mcp import types
from mcp.server.lowlevel import Server

from codeopt import __version__
from codeopt.cli.session import Document, Session
from codeopt.model.errors import CodeoptError, Interrupted
from codeopt.model.events import CheckStarted, Event, StageStarted

_TEXT = {"type": "string"}
_INSTRUCTIONS = """codeopt judges whether a rewritten Python function is the same and faster. Ask
hot_targets what is worth rewriting, submit_candidate your rewrite, mend it by the reason and the
counterexample, and keep_candidate what is ruled "keep". Nothing is written into the checkout: kept
candidates are commits on a branch of their own."""
_TOOLS = {
    "profile": (
        "Run the workload and say where the time goes, function by function.",
        {},
        (),
    ),
    "hot_targets": (
        "List the hottest functions that may be rewritten, with their code and surroundings.",
        {"limit": {"type": "integer", "minimum": 1, "maximum": 50}},
        (),
    ),
    "submit_candidate": (
        "Judge a rewritten function: the same on recorded calls and generated inputs, tests that "
        "agree, faster beyond doubt. Takes a minute or more. Returns the verdict (keep, reject, "
        "undecided), the reason, the measurement, and an id for keep_candidate.",
        {
            "target": {**_TEXT, "description": "path::function or path::Class.method"},
            "code": {
                **_TEXT,
                "description": "The whole function (a method inside its class, or bare), with new "
                "private helpers, constants and imports. The signature must stay.",
            },
            "explanation": {**_TEXT, "description": "Why it is faster, for the commit message."},
        },
        ("target", "code"),
    ),
    "keep_candidate": (
        "Commit a candidate whose verdict was keep, as it was judged, to the session's branch.",
        {"candidate": {**_TEXT, "description": "The id that submit_candidate gave."}},
        ("candidate",),
    ),
}


def serve(session: Session, out: IO[str]) -> None:
    """Answer until stdin ends; ``out`` carries the protocol and nothing else."""
    asyncio.run(_serve(session, out))


async def _serve(session: Session, out: IO[str]) -> None:
    server: Server[Any, Any] = Server("codeopt", version=__version__, instructions=_INSTRUCTIONS)

    @server.list_tools()  # type: ignore[no-untyped-call, untyped-decorator]
    async def list_tools() -> list[types.Tool]:
        return _described()

    @server.call_tool()  # type: ignore[untyped-decorator]
    async def call_tool(name: str, arguments: dict[str, Any]) -> Document:
        return await _call(server, session, name, arguments)

    read = TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
    streams = mcp.server.stdio.stdio_server(anyio.wrap_file(read), anyio.wrap_file(out))
    async with streams as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _described() -> list[types.Tool]:
    return [
        types.Tool(
            name=name,
            description=text,
            inputSchema={
                "type": "object",
                "properties": properties,
                "required": list(required),
                "additionalProperties": False,
            },
        )
        for name, (text, properties, required) in _TOOLS.items()
    ]


async def _call(
    server: Server[Any, Any], session: Session, name: str, arguments: dict[str, Any]
) -> Document:
    """Run a tool in a thread, so that the talk goes on; a client that leaves ends it."""
    left = threading.Event()
    progress = _progress(server)

    def tell(event: Event) -> None:
        if left.is_set():
            raise Interrupted("the client has left")
        if isinstance(event, StageStarted | CheckStarted):
            progress(str(event.stage if isinstance(event, StageStarted) else event.check))

    tools: dict[str, Callable[..., Document]] = {
        "profile": lambda: session.profile(tell),
        "hot_targets": lambda **given: session.targets(tell, **given),
        "submit_candidate": lambda **given: session.submit(tell, **given),
        "keep_candidate": session.keep,
    }
    try:
        return await asyncio.wrap_future(_started(lambda: tools[name](**arguments)))
    except CodeoptError as error:
        raise ValueError(
            f"{error.message} ({error.hint})" if error.hint else error.message
        ) from error
    except asyncio.CancelledError:
        left.set()
        raise


def _started(job: Callable[[], Document]) -> Future[Document]:
    """Start a job in a daemon thread: the end of codeopt does not wait for it."""
    future: Future[Document] = Future()

    def work() -> None:
        future.set_running_or_notify_cancel()
        try:
            future.set_result(job())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=work, daemon=True).start()
    return future


def _progress(server: Server[Any, Any]) -> Callable[[str], None]:
    """Return what tells the client how far a call has got, if it has asked to be told."""
    context, loop = server.request_context, asyncio.get_running_loop()
    token = context.meta.progressToken if context.meta else None
    count = 0

    def tell(text: str) -> None:
        nonlocal count
        count += 1
        if token is not None:
            sent = context.session.send_progress_notification(token, count, message=text)
            asyncio.run_coroutine_threadsafe(sent, loop)

    return tell
