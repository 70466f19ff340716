"""Let others see a run: a structured log in its directory, and OpenTelemetry where it is set up."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from codeopt.model.events import Event
from codeopt.report.log import record

Redact = Callable[[str], str]
_CONFIGURED = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_TRACES_EXPORTER",
    "OTEL_METRICS_EXPORTER",
)


class Observer(Protocol):
    """See events; never fail a run."""

    def see(self, event: Event) -> None:
        """Take note of an event."""

    def close(self) -> None:
        """Note that there are no more."""


class EventLog:
    """Write one JSON object a line; what cannot be written is left out."""

    def __init__(self, file: Path, redact: Redact) -> None:
        self._file, self._redact = file, redact
        self._lock = threading.Lock()

    def see(self, event: Event) -> None:
        """Write an event."""
        told = record(event)
        if told:
            self.write(type(event).__name__, told)

    def write(self, name: str, told: Mapping[str, Any]) -> None:
        """Write one line."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": time, "pid": os.getpid(), "event": name, **told}, default=str)
        # the journal is what a run goes on with: a log that cannot be written stops nothing
        with (
            self._lock,
            contextlib.suppress(OSError),
            self._file.open("a", encoding="utf-8") as out,
        ):
            out.write(self._redact(line) + "\n")

    def close(self) -> None:
        """Do nothing: each line is written at once."""


def read_log(file: Path) -> str:
    """Return the log of a run, nothing where there is none."""
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def wants_telemetry(environ: Mapping[str, str]) -> bool:
    """Tell whether OpenTelemetry is set up by its usual variables."""
    if environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    return any(environ.get(name, "none") not in ("", "none") for name in _CONFIGURED)


def observed(
    events: Generator[Event, None, None], observers: Sequence[Observer]
) -> Generator[Event, None, None]:
    """Pass events on, and show each to the observers first."""
    with contextlib.closing(events):
        for event in events:
            for observer in observers:
                observer.see(event)
            yield event


@contextmanager
def open_observers(
    file: Path, redact: Redact, telemetry: Callable[[], Observer]
) -> Iterator[list[Observer]]:
    """Open what sees a run, and log what ends it early."""
    log = EventLog(file, redact)
    observers: list[Observer] = [log]
    if wants_telemetry(os.environ):
        observers.append(telemetry())
    try:
        yield observers
    except BaseException as error:
        log.write("RunBroken", {"error": type(error).__name__, "text": str(error)})
        raise
    finally:
        for observer in observers:
            observer.close()
