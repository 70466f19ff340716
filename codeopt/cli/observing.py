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
from codeopt.redact import redact
from codeopt.report.log import told

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

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()

    def see(self, event: Event) -> None:
        """Write an event."""
        shown = told(event)
        if shown:
            self.write(type(event).__name__, shown)

    def write(self, name: str, shown: Mapping[str, Any]) -> None:
        """Write one line; what is in it has no keys in it any more."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": time, "pid": os.getpid(), "event": name, **shown}, default=str)
        # the journal is what a run goes on with: a log that cannot be written stops nothing
        with (
            self._lock,
            contextlib.suppress(OSError),
            self._file.open("a", encoding="utf-8") as out,
        ):
            out.write(line + "\n")

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
def open_observers(file: Path, telemetry: Callable[[], Observer]) -> Iterator[list[Observer]]:
    """Open what sees a run, and log what ends it early."""
    log = EventLog(file)
    observers: list[Observer] = [log]
    if wants_telemetry(os.environ):
        observers.append(telemetry())
    try:
        yield observers
    except BaseException as error:
        log.write("RunBroken", {"error": type(error).__name__, "text": redact(str(error))})
        raise
    finally:
        for observer in observers:
            observer.close()
