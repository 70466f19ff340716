"""The JSON document of a run, version 1."""

from __future__ import annotations

import math
from typing import Any

from codeopt.model.evidence import (
    Attempt,
    Control,
    Difference,
    Hotspot,
    Interval,
    Measurement,
    Profile,
    Recording,
    Spend,
    Verdict,
    WholeSpeed,
)
from codeopt.model.machine import Noise, Witness
from codeopt.model.reasons import Reason
from codeopt.model.review import Exchange, Opinion
from codeopt.model.run import RunRecord
from codeopt.model.tree import FunctionTree, Node, Sample
from codeopt.report.phrases import slower_on


def document(record: RunRecord) -> dict[str, Any]:
    """Return the document as JSON values."""
    meta = record.meta
    spots = record.profile.hotspots if record.profile else ()
    return {
        "version": 1,
        "run": meta.run,
        "codeopt": meta.version,
        "commit": meta.commit,
        "branch": record.branch if record.kept else None,
        "started": meta.started,
        "finished": record.outcome is not None,
        "seconds": round(record.outcome.seconds, 3) if record.outcome else None,
        "tests": {"run": record.tests, "set_aside": list(record.set_aside)},
        "hotspots": [_hotspot(spot) for spot in spots],
        "recordings": [_recording(each) for each in record.recordings],
        "control": control(record.control),
        "control_inside": control(record.control_inside),
        "kept": [_kept(attempt) for attempt in record.kept],
        "rejected": [_rejected(attempt) for attempt in record.rejected],
        "trees": [_tree(each) for each in record.trees],
        "talk": [_exchange(each) for each in record.exchanges],
        "decisions": [_decision(each) for each in record.opinions],
        "notes": list(record.notes),
        "cost": cost(record.spend),
    }


def profile(found: Profile) -> dict[str, Any]:
    """Return a profile, version 1."""
    return {
        "version": 1,
        "workload": found.workload.label,
        "seconds": round(found.total_seconds, 4),
        "samples": found.samples,
        "hotspots": [_hotspot(spot) for spot in found.hotspots],
    }


def interval(value: Interval | None) -> dict[str, Any] | None:
    """Return a speed-up with its bounds."""
    if value is None:
        return None
    rounded = {name: _rounded(getattr(value, name)) for name in ("estimate", "low", "high")}
    return {**rounded, "pairs": value.pairs}


def _rounded(value: float) -> float | None:
    """JSON has no infinity: a bound that is none is null."""
    return round(value, 4) if math.isfinite(value) else None


def reason(value: Reason | None) -> dict[str, str] | None:
    """Return a reason."""
    return {"code": str(value.code), "text": str(value)} if value else None


def control(value: Control | None) -> dict[str, Any] | None:
    """Return the control of original against original."""
    if value is None:
        return None
    return {"speedup": interval(value.speedup), "ok": value.ok, "noise": _noise(value.noise)}


def _noise(value: Noise | None) -> dict[str, Any] | None:
    if value is None:
        return None
    numbers = {name: round(getattr(value, name), 5) for name in ("inside", "between", "wall")}
    return {**numbers, "detectable": round(value.detectable, 4), "usable": value.usable}


def _witness(value: Witness | None) -> dict[str, Any] | None:
    if value is None:
        return None
    counts = {"original": value.original, "candidate": value.candidate}
    return {"kind": value.kind, "ratio": round(value.ratio, 4), **counts}


def cost(spend: Spend) -> dict[str, Any]:
    """Return what model calls cost."""
    return {
        "usd": round(spend.usd, 6),
        "prompt_tokens": spend.prompt_tokens,
        "completion_tokens": spend.completion_tokens,
        "calls": spend.calls,
    }


def _hotspot(spot: Hotspot) -> dict[str, Any]:
    return {
        "target": str(spot.id),
        "own_share": round(spot.own_share, 4),
        "self_share": round(spot.self_share, 4),
        "cumulative_share": round(spot.cumulative_share, 4),
        "samples": spot.samples,
        "lines": [{"line": each.line, "share": round(each.share, 4)} for each in spot.lines],
    }


def _recording(recording: Recording) -> dict[str, Any]:
    return {
        "target": str(recording.target),
        "calls": recording.calls,
        "seen": recording.seen,
        "from_tests": recording.from_tests,
        "classes": len(recording.classes),
        "omitted": [{"reason": o.reason, "calls": o.calls} for o in recording.omissions],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "candidate": attempt.candidate_digest,
        "target": str(attempt.target),
        "strategy": attempt.strategy,
        "technique": attempt.technique,
        "model": attempt.model,
        "checks": _checks(attempt.verdict),
        "measurement": _measurement(attempt.measurement),
        "diff": attempt.diff,
        "explanation": attempt.explanation,
    }


def _kept(attempt: Attempt) -> dict[str, Any]:
    speedup = interval(attempt.measurement.speedup) if attempt.measurement else None
    edited = attempt.edited or None
    known = {
        "edited": edited,
        "commit": attempt.commit,
        "speedup": speedup,
        "tests_alone": attempt.tests_alone,
    }
    return {**_attempt(attempt), **known}


def _rejected(attempt: Attempt) -> dict[str, Any]:
    return {**_attempt(attempt), "reason": reason(attempt.decision.reason)}


def _exchange(exchange: Exchange) -> dict[str, Any]:
    names = ("said", "answer", "kept", "about")
    known = {name: getattr(exchange, name) for name in names}
    about = {"target": str(exchange.target), "kind": str(exchange.kind)}
    return {**about, "model": exchange.model or None, **known, "answers": list(exchange.answers)}


def _decision(opinion: Opinion) -> dict[str, str]:
    choice, digest = str(opinion.choice), opinion.candidate_digest
    about = {"target": str(opinion.target), "candidate": digest}
    return {**about, "choice": choice, "remark": opinion.remark}


def _tree(tree: FunctionTree) -> dict[str, Any]:
    return {"target": str(tree.target), "draft": tree.draft, "root": _node(tree.root)}


def _node(node: Node) -> dict[str, Any]:
    certified = node.certified
    return {
        "name": node.name,
        "kind": str(node.kind),
        "signature": node.signature,
        "contract": node.contract,
        "reference": node.reference,
        "certified": certified.same if certified else None,
        "reason": reason(certified.reason) if certified else None,
        "share": None if node.share is None else round(node.share, 4),
        "calls": node.calls,
        "samples": [_sample(each) for each in node.samples],
        "chosen": node.chosen or None,
        "gain": interval(node.gain),
        "children": [_node(child) for child in node.children],
    }


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "digest": sample.digest,
        "technique": sample.technique,
        "same": sample.verdict.same if sample.verdict else None,
        "reason": reason(sample.reason),
        "doubt": reason(sample.doubt),
        "speedup": interval(sample.speedup),
        "agreement": None if sample.agreement is None else round(sample.agreement, 4),
    }


def _checks(verdict: Verdict | None) -> list[dict[str, Any]]:
    return [
        {
            "check": str(check.check),
            "same": check.same,
            "compared": check.compared,
            "gap": check.gap or None,
            "reason": reason(check.reason),
            "edge_differences": [edge(each) for each in check.edges],
            "effects": list(check.effects),
            "counterexample": check.difference.snippet if check.difference else None,
            "change": check.difference.change if check.difference else None,
        }
        for check in (verdict.checks if verdict else ())
    ]


def edge(value: Difference) -> dict[str, str]:
    """Return a difference on an input that no caller could mean."""
    names = ("what", "original", "candidate", "snippet")
    return {name: getattr(value, name) for name in names}


def _measurement(measurement: Measurement | None) -> dict[str, Any] | None:
    if measurement is None:
        return None
    return {
        "clock": measurement.clock,
        "screened": interval(measurement.screened),
        "speedup": interval(measurement.speedup),
        "bound": round(measurement.bound, 4),
        "timed": str(measurement.timed),
        "share": measurement.share,
        "workload": interval(measurement.workload.speedup) if measurement.workload else None,
        "end_to_end": _whole(measurement.workload),
        "concurrent": concurrent(measurement),
        "ratios": [round(ratio, 4) for ratio in measurement.ratios],
        "memory_ratio": measurement.memory_ratio,
        "witness": _witness(measurement.witness),
        "slower_on": slower_on(measurement),
        "classes": [
            {
                "label": each.label,
                "calls": each.calls,
                "call_seconds": each.call_seconds,
                "share": each.share,
                "speedup": interval(each.speedup),
            }
            for each in measurement.classes
        ],
    }


def _whole(found: WholeSpeed | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "clock": found.clock,
        "speedup": interval(found.speedup),
        "wall": interval(found.wall),
        "predicted": round(found.predicted, 4) if found.predicted else None,
        "benchmarks": [
            {"name": each.name, "speedup": interval(each.speedup)} for each in found.benchmarks
        ],
    }


def concurrent(measurement: Measurement | None) -> dict[str, Any] | None:
    """Return latency and throughput of a coroutine."""
    found = measurement.concurrent if measurement else None
    if found is None:
        return None
    return {
        "latency": interval(found.latency),
        "throughput": interval(found.throughput),
        "in_flight": found.in_flight,
    }
