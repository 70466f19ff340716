"""What the charts of a report show, as Vega-Lite and Vega specifications. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from codeopt.model.evidence import Attempt, ClassSpeed, Interval, Profile
from codeopt.report.calltree import CallNode, call_tree

Spec = dict[str, Any]
_LITE = "https://vega.github.io/schema/vega-lite/v5.json"
_VEGA = "https://vega.github.io/schema/vega/v5.json"
_FASTER, _WORSE, _BAND = "var(--good)", "var(--bad)", "var(--band)"
_DEEPEST, _ROW = 14, 24
_NAMES = {"title": None, "labelLimit": 240}


def ratios(values: Sequence[float], found: Interval) -> Spec:
    """Show every paired ratio in the order measured, the interval as a band, and 1 as a line."""
    points = [{"ratio": value, "pair": number} for number, value in enumerate(values, 1)]
    scale = {"zero": False, "nice": True}
    axis = {"title": "times as fast, one point a pair of runs", "tickCount": 6}
    x = {"field": "ratio", "type": "quantitative", "scale": scale, "axis": axis}
    band = {"low": found.low, "high": found.high}
    return _lite(
        [
            _layer([band], {"type": "rect", "color": _BAND}, x=_at("low"), x2={"field": "high"}),
            _layer([{"one": 1}], {"type": "rule", "color": "var(--quiet)"}, x=_at("one")),
            _layer(
                [{"at": found.estimate}],
                {"type": "rule", "color": _FASTER, "strokeWidth": 2},
                x=_at("at"),
            ),
            _layer(
                points,
                {"type": "circle", "color": "var(--ink)", "size": 34, "opacity": 0.75},
                x=x,
                y={"field": "pair", "type": "quantitative", "axis": None},
            ),
        ],
        height=84,
    )


def classes(values: Sequence[ClassSpeed]) -> Spec:
    """Show the speed-up with its interval for each class of inputs."""
    names = _unique([each.label for each in values])
    rows = [
        {
            "name": name,
            "at": each.speedup.estimate,
            "low": each.speedup.low,
            "high": each.speedup.high,
        }
        for name, each in zip(names, values, strict=True)
    ]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "domain": False, "ticks": False},
    }
    color = {"condition": {"test": "datum.at < 1", "value": _WORSE}, "value": _FASTER}
    return _lite(
        [
            _layer([{"one": 1}], {"type": "rule", "color": "var(--quiet)"}, x=_at("one")),
            _layer(rows, {"type": "rule"}, x=_at("low"), x2={"field": "high"}, y=y, color=color),
            _layer(
                rows,
                {"type": "circle", "size": 60, "opacity": 1},
                x={**_at("at"), "axis": {"title": "times as fast", "tickCount": 6}},
                y=y,
                color=color,
            ),
        ],
        height=max(1, len(rows)) * _ROW,
    )


def spend(attempts: Sequence[Attempt]) -> Spec:
    """Show the tokens that each target cost, asked and answered."""
    totals: dict[str, list[int]] = {}
    for each in attempts:
        pair = totals.setdefault(str(each.target), [0, 0])
        pair[0] += each.spend.prompt_tokens
        pair[1] += each.spend.completion_tokens
    rows = [
        {"target": target, "tokens": tokens, "kind": kind}
        for target, pair in totals.items()
        for kind, tokens in zip(("in prompts", "in answers"), pair, strict=True)
        if sum(pair)
    ]
    scale = {"domain": ["in prompts", "in answers"], "range": ["var(--cool)", "var(--warm)"]}
    encoding = {
        "x": {"field": "tokens", "type": "quantitative", "axis": {"title": "tokens"}},
        "y": {"field": "target", "type": "nominal", "sort": None, "axis": _NAMES},
        "color": {"field": "kind", "type": "nominal", "scale": scale},
        "order": {"field": "kind", "sort": "descending"},
    }
    count = len({row["target"] for row in rows})
    return {
        **_lite([], height=max(1, count) * _ROW),
        "data": {"values": rows},
        "mark": "bar",
        "encoding": encoding,
    }


def icicle(profile: Profile, kept: frozenset[tuple[str, str]]) -> Spec | None:
    """Show who calls whom and what it takes, callers above; None where nothing was sampled.

    Only frames of the project are drawn: what a library does counts for the function that calls it.
    ``kept`` holds path and name of the functions to point out.
    """
    roots = call_tree(_project_only(profile), least=0.005)
    if not roots:
        return None
    rows: list[Spec] = [{"id": 0, "parent": None, "own": 0, "name": "the workload", "tip": ""}]
    depth = _flatten(roots, 0, rows, kept, 1)
    fill = [
        {"test": "datum.parent === null", "value": "var(--line)"},
        {"test": "datum.kept", "value": "var(--mark)"},
        {"value": "var(--bar)"},
    ]
    box = {"x": {"field": "x0"}, "x2": {"field": "x1"}, "y": {"field": "y0"}, "y2": {"field": "y1"}}
    text = {
        "x": {"signal": "datum.x0 + 5"},
        "y": {"signal": "(datum.y0 + datum.y1) / 2"},
        "baseline": {"value": "middle"},
        "fontSize": {"value": 12},
        "font": {"value": "system-ui, 'DejaVu Sans', sans-serif"},
        "fill": {"value": "var(--ink)"},
        "limit": {"signal": "max(1, datum.x1 - datum.x0 - 9)"},
        "text": {"signal": "datum.x1 - datum.x0 < 30 ? '' : datum.name"},
    }
    return {
        "$schema": _VEGA,
        "width": 860,
        "height": (depth + 1) * _ROW,
        "padding": 1,
        "data": [{"name": "nodes", "values": rows, "transform": _PARTITION}],
        "marks": [
            {
                "type": "rect",
                "from": {"data": "nodes"},
                "encode": {
                    "enter": {
                        **box,
                        "fill": fill,
                        "stroke": {"value": "var(--paper)"},
                        "description": {"field": "tip"},
                    }
                },
            },
            {"type": "text", "from": {"data": "nodes"}, "encode": {"enter": text}},
        ],
    }


_PARTITION = [
    {"type": "stratify", "key": "id", "parentKey": "parent"},
    {
        "type": "partition",
        "field": "own",
        "sort": {"field": "value", "order": "descending"},
        "size": [{"signal": "width"}, {"signal": "height"}],
    },
]


def _project_only(profile: Profile) -> Profile:
    stacks = (
        replace(stack, frames=tuple(f for f in stack.frames if not f.path.startswith("/")))
        for stack in profile.stacks
    )
    return replace(profile, stacks=tuple(stack for stack in stacks if stack.frames))


def _flatten(
    nodes: Sequence[CallNode],
    parent: int,
    rows: list[Spec],
    kept: frozenset[tuple[str, str]],
    depth: int,
) -> int:
    """Add nodes below a parent; return how deep they go. What a node itself takes is its own."""
    deepest = depth
    for node in nodes:
        number = len(rows)
        below = node.children if depth < _DEEPEST else ()
        own = node.share - sum(child.share for child in below)
        rows.append(
            {
                "id": number,
                "parent": parent,
                "own": max(0.0, own),
                "name": node.name,
                "kept": (node.path, node.name) in kept,
                "tip": f"{node.name} ({node.path}): {node.share:.1%}, {node.self_share:.1%} itself",
            }
        )
        if below:
            deepest = max(deepest, _flatten(below, number, rows, kept, depth + 1))
    return deepest


def _lite(layers: list[Spec], *, height: int) -> Spec:
    shape: Spec = {"$schema": _LITE, "width": 300, "height": height}
    return {**shape, "layer": layers} if layers else shape


def _layer(values: list[Spec], mark: Spec, **encoding: Spec) -> Spec:
    return {"data": {"values": values}, "mark": mark, "encoding": encoding}


def _at(field: str) -> Spec:
    return {"field": field, "type": "quantitative", "scale": {"zero": False}}


def _unique(labels: Sequence[str]) -> list[str]:
    """Tell labels that are alike apart, so that each keeps a row of its own."""
    seen: dict[str, int] = {}
    found = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        found.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return found
