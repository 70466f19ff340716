"""Tell a run to OpenTelemetry: a span for the run, each stage, target and candidate; metrics.

Exporters, endpoints, headers and resource attributes come from the usual ``OTEL_`` variables. A
collector that does not answer slows nothing down and fails nothing.
"""

from __future__ import annotations

import logging
import os
from typing import Any

from codeopt import __version__
from codeopt.model import events
from codeopt.model.errors import PreconditionError
from codeopt.report.log import told

_LEVELS = ("run", "stage", "target", "candidate")
_FLUSH_MS = 3_000


class Telemetry:
    """Turn events into spans and metrics."""

    def __init__(self) -> None:
        self._tracing, self._metering = _providers()
        self._tracer = self._tracing.get_tracer("codeopt", __version__)
        meter = self._metering.get_meter("codeopt", __version__)
        self._candidates = meter.create_counter("codeopt.candidates", "1", "Candidates judged.")
        self._tokens = meter.create_counter("codeopt.model.tokens", "1", "Tokens of model calls.")
        self._cost = meter.create_counter("codeopt.model.cost", "USD", "Cost of model calls.")
        self._stages = meter.create_histogram("codeopt.stage.duration", "s", "Stages of runs.")
        self._open: list[tuple[str, Any]] = []

    def see(self, event: events.Event) -> None:
        """Open and close spans, and count."""
        shown = _flat(told(event))
        match event:
            case events.RunStarted():
                self._enter("run", "codeopt run", shown)
            case events.StageStarted():
                self._enter("stage", f"stage {event.stage}", shown)
            case events.StageFinished():
                self._stages.record(event.seconds, {"stage": str(event.stage)})
                self._leave("stage", shown)
            case events.TargetStarted():
                self._enter("target", "target", shown)
            case events.CandidateStarted():
                self._enter("candidate", "candidate", shown)
            case events.Judged():
                self._count(event)
                self._leave("candidate", shown)
            case events.TargetFinished():
                self._leave("target", shown)
            case events.RunFinished():
                self._leave("run", shown)
            case _:
                self._add(type(event).__name__, shown)

    def close(self) -> None:
        """End what is open, and send what has not been sent."""
        self._leave("run", {})
        self._tracing.force_flush(_FLUSH_MS)
        self._metering.force_flush(_FLUSH_MS)
        self._tracing.shutdown()
        self._metering.shutdown(_FLUSH_MS)

    def _enter(self, level: str, name: str, shown: dict[str, Any]) -> None:
        from opentelemetry import trace

        self._leave(level, {})
        parent = trace.set_span_in_context(self._open[-1][1]) if self._open else None
        self._open.append((level, self._tracer.start_span(name, parent, attributes=shown)))

    def _leave(self, level: str, shown: dict[str, Any]) -> None:
        """End the span of a level, and those inside of it."""
        rank = _LEVELS.index(level)
        while self._open and _LEVELS.index(self._open[-1][0]) >= rank:
            name, span = self._open.pop()
            if name == level:
                span.set_attributes(shown)
            span.end()

    def _add(self, name: str, shown: dict[str, Any]) -> None:
        if self._open:
            self._open[-1][1].add_event(name, shown)

    def _count(self, event: events.Judged) -> None:
        attempt = event.attempt
        reason = attempt.decision.reason
        outcome = {"strategy": attempt.strategy, "reason": str(reason.code) if reason else "none"}
        self._candidates.add(1, {**outcome, "keep": attempt.decision.keep})
        if attempt.spend.calls:
            model = {"model": attempt.model}
            self._cost.add(attempt.spend.usd, model)
            self._tokens.add(attempt.spend.prompt_tokens, {**model, "kind": "prompt"})
            self._tokens.add(attempt.spend.completion_tokens, {**model, "kind": "completion"})


def _providers() -> tuple[Any, Any]:
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise PreconditionError(
            "OTEL_ variables are set, but OpenTelemetry is not installed",
            hint="pip install 'codeopt[otel]', or OTEL_SDK_DISABLED=true",
        ) from error
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # a run tells its own news
    resource = Resource.create({"service.name": "codeopt", "service.version": __version__})
    tracing = TracerProvider(resource=resource)
    readers = []
    if _exporter("TRACES"):
        tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    if _exporter("METRICS"):
        readers.append(PeriodicExportingMetricReader(OTLPMetricExporter()))
    return tracing, MeterProvider(metric_readers=readers, resource=resource)


def _exporter(signal: str) -> bool:
    """Tell whether a signal is exported; only OTLP over HTTP is known."""
    name = os.environ.get(f"OTEL_{signal}_EXPORTER", "otlp")
    if name not in ("otlp", "none"):
        text = f"OTEL_{signal}_EXPORTER={name} is not known"
        raise PreconditionError(text, hint="set it to otlp (over HTTP) or none")
    return name == "otlp"


def _flat(shown: dict[str, Any], prefix: str = "codeopt.") -> dict[str, Any]:
    """Return attributes as OpenTelemetry has them: no objects, no nulls."""
    found: dict[str, Any] = {}
    for name, value in shown.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{name}.")
        elif value is not None:
            found[prefix + name] = value
    return found
