"""A run is told to a collector on loopback as the usual variables say; without them to nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from codeopt.cli.observing import wants_telemetry
from codeopt.model import events
from codeopt.model.code import FunctionId
from codeopt.model.errors import PreconditionError
from codeopt.model.evidence import Check, Spend
from tests.support import values

pytest.importorskip("opentelemetry.exporter.otlp.proto.http")

Sent = list[tuple[str, bytes]]


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sent]:
    sent: Sent = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        yield sent
        server.shutdown()
        thread.join()


def happened() -> Iterator[events.Event]:
    yield events.RunStarted("r1", "c" * 40, False, 0)
    yield events.StageStarted(events.Stage.PREPARE)
    yield events.StageFinished(events.Stage.PREPARE, "Python", 0.5)
    yield events.StageStarted(events.Stage.OPTIMISE)
    yield events.TargetStarted(values.TARGET, 1, 1, 0.5)
    yield events.CandidateStarted(values.TARGET, "memo", "best-of-n")
    yield events.CheckStarted(Check.ORACLE)
    spend = Spend(0.25, 100, 20, 1)
    yield events.Judged(values.rejected(spend=spend), spend)
    yield events.TargetStarted(FunctionId("m.py", "g"), 2, 2, 0.2)
    yield events.TargetStarted(values.TARGET, 1, 2, 0.5, again=True)
    yield events.TargetFinished(values.TARGET, 1, False)
    yield events.RunFinished("r1", 0, 1, spend, 2.0)


def test_spans_nest_and_metrics_count(collector: Sent) -> None:
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
        ExportMetricsServiceRequest,
    )
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    from codeopt.adapters.telemetry import Telemetry

    found = Telemetry()
    for event in happened():
        found.see(event)
    found.close()
    by_path = dict(collector)
    traces = ExportTraceServiceRequest.FromString(by_path["/v1/traces"])
    every = [s for r in traces.resource_spans for k in r.scope_spans for s in k.spans]
    spans, ids = {s.name: s for s in every}, {s.span_id: s.name for s in every}
    parents = {name: ids.get(span.parent_span_id) for name, span in spans.items()}
    assert parents == {
        "codeopt run": None,
        "stage prepare": "codeopt run",
        "stage optimise": "codeopt run",
        "target": "stage optimise",
        "candidate": "target",
    }
    turns = [{a.key: a.value for a in s.attributes} for s in every if s.name == "target"]
    assert sorted(each["codeopt.again"].bool_value for each in turns) == [False, False, True]
    (last,) = (each for each in turns if "codeopt.tried" in each)
    assert last["codeopt.again"].bool_value
    told = {a.key: a.value for a in spans["candidate"].attributes}
    assert told["codeopt.reason"].string_value == "not-faster"
    metrics = ExportMetricsServiceRequest.FromString(by_path["/v1/metrics"])
    counted = {
        m.name: sum(p.as_int + p.as_double for p in m.sum.data_points)
        for r in metrics.resource_metrics
        for k in r.scope_metrics
        for m in k.metrics
    }
    assert counted["codeopt.candidates"] == 1
    assert counted["codeopt.model.tokens"] == 120
    assert counted["codeopt.model.cost"] == 0.25


def test_it_is_off_unless_it_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
    assert wants_telemetry(endpoint)
    assert wants_telemetry({"OTEL_TRACES_EXPORTER": "otlp"})
    assert not wants_telemetry({})
    assert not wants_telemetry({"OTEL_TRACES_EXPORTER": "none"})
    assert not wants_telemetry({**endpoint, "OTEL_SDK_DISABLED": "true"})
    from codeopt.adapters.telemetry import Telemetry

    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "zipkin")
    with pytest.raises(PreconditionError, match="zipkin"):
        Telemetry()
