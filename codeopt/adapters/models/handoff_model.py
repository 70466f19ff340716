"""Write prompts to files and wait for somebody to write the answers: a person or an agent."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

from codeopt.adapters.models.accounting import estimated
from codeopt.adapters.models.records import write_whole
from codeopt.model.errors import PreconditionError
from codeopt.model.evidence import Spend
from codeopt.model.reasons import Code
from codeopt.ports import Reply, Request

_DIGITS = 12
_NUMBERED = re.compile(r"(\d+)-[0-9a-f]+\.prompt\.md")


class HandoffModel:
    """Implement the LanguageModel port with ``NNN-<digest>.prompt.md`` and ``….answer.md``."""

    name = "handoff"

    def __init__(self, directory: Path, *, timeout: float = 3600.0, poll: float = 0.5) -> None:
        self._directory = directory
        self._timeout = timeout
        self._poll = poll
        self._lock = threading.Lock()

    def complete(self, request: Request) -> Reply:
        """Wait for the answer file; one that is there already is used at once."""
        started = time.monotonic()
        text = self._answer(request)
        if text is None:
            prompt = self._write_prompt(request)
            text = self._wait(request, started + self._timeout)
            if text is None:
                error = f"no answer to {prompt.name} within {self._timeout:g} s"
                return Reply("", Spend(), request.digest, error=error, code=Code.MODEL_FAILED)
        spend = estimated(request, text)
        return Reply(text, spend, request.digest, seconds=time.monotonic() - started)

    def _answer(self, request: Request) -> str | None:
        """Read the answer file; an empty one is only being written."""
        for path in sorted(self._directory.glob(f"*-{request.digest[:_DIGITS]}.answer.md")):
            try:
                text = path.read_text("utf-8", errors="replace")
            except OSError:
                continue
            if text.strip():
                return text
        return None

    def _wait(self, request: Request, deadline: float) -> str | None:
        """Poll until two readings agree: editors write a file in pieces."""
        before: str | None = None
        while time.monotonic() < deadline:
            time.sleep(min(self._poll, max(0.0, deadline - time.monotonic())))
            text = self._answer(request)
            if text is not None and text == before:
                return text
            before = text
        return before

    def _write_prompt(self, request: Request) -> Path:
        with self._lock:
            try:
                self._directory.mkdir(parents=True, exist_ok=True)
                path = self._prompt_path(request)
                write_whole(path, _page(request, path.name.replace(".prompt.", ".answer.")))
            except OSError as error:
                raise PreconditionError(
                    f"the prompt cannot be written to {self._directory}: {error.strerror}",
                    hint="handoff:DIR wants a directory that can be written",
                ) from error
        return path

    def _prompt_path(self, request: Request) -> Path:
        """Number prompts in order; one that was asked before keeps its file."""
        digest = request.digest[:_DIGITS]
        names = sorted(path.name for path in self._directory.glob("*.prompt.md"))
        same = [name for name in names if name.endswith(f"-{digest}.prompt.md")]
        if same:
            return self._directory / same[0]
        numbers = [int(found.group(1)) for name in names if (found := _NUMBERED.match(name))]
        return self._directory / f"{max(numbers, default=0) + 1:03d}-{digest}.prompt.md"


def _page(request: Request, answer: str) -> str:
    parts = [
        f"<!-- codeopt waits for the answer to this prompt in the file {answer}, next to this one. "
        "Everything below this line is the prompt; the answer file holds the answer alone. -->"
    ]
    parts += [f"<!-- {message.role} -->\n\n{message.content}" for message in request.messages]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"
