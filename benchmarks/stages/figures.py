"""Read what pytest-benchmark stored, and say it in tables and charts."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import vl_convert

Spec = dict[str, Any]
_LITE = "https://vega.github.io/schema/vega-lite/v5.json"
_CONFIG = {"background": "white", "font": "DejaVu Sans, sans-serif", "view": {"stroke": None}}


@dataclass(frozen=True, slots=True)
class Point:
    """Hold what a stage took at one size: CPU seconds (median of the rounds), and peak MB."""

    stage: str
    unit: str
    size: int
    seconds: float
    peak: float

    @property
    def each(self) -> float:
        """Return microseconds of CPU for each thing."""
        return self.seconds / self.size * 1e6


@dataclass(frozen=True, slots=True)
class Way:
    """Hold what one of several ways took: seconds (median of the rounds)."""

    group: str
    name: str
    seconds: float
    more: dict[str, float]


def read(files: Iterable[Path]) -> tuple[list[Point], list[Way]]:
    """Return the stages that grow, and the others."""
    points, ways = [], []
    found = (json.loads(file.read_text("utf-8"))["benchmarks"] for file in files)
    for each in itertools.chain.from_iterable(found):
        more, seconds = each["extra_info"], each["stats"]["median"]
        if "size" in more:
            known = (more["unit"], more["size"], seconds, more["peak"])
            points.append(Point(each["group"], *known))
        else:
            name = more.pop("way")
            ways.append(Way(each["group"], name, seconds, more))
    return points, ways


def exponent(points: Sequence[Point]) -> float:
    """Return k of seconds ~ size^k between the two largest sizes; 1: it grows as they do."""
    a, b = sorted(points, key=lambda point: point.size)[-2:]
    return math.log(b.seconds / a.seconds) / math.log(b.size / a.size)


def scaling_table(points: Iterable[Point]) -> str:
    """Return a Markdown table with one row a stage."""
    rows = ["| stage | sizes | CPU seconds | µs for each | exponent | peak MB |", "|" + "---|" * 6]
    for name, found in _by_stage(points).items():
        cells = [
            name,
            " · ".join(f"{point.size:,}" for point in found) + f" {found[0].unit}s",
            " · ".join(_short(point.seconds) for point in found),
            " · ".join(_short(point.each) for point in found),
            f"{exponent(found):.2f}",
            " · ".join(f"{point.peak:.0f}" for point in found),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def ways_table(ways: Sequence[Way]) -> str:
    """Return a Markdown table of each group; the first way of a group is what others are beside."""
    rows = []
    for group in dict.fromkeys(way.group for way in ways):
        found = [way for way in ways if way.group == group]
        rows += ["", f"| {group} | seconds | beside the first |  |", "|" + "---|" * 4]
        for way in found:
            more = ", ".join(f"{name} {_short(value)}" for name, value in way.more.items())
            ratio = way.seconds / found[0].seconds
            rows.append(f"| {way.name} | {_short(way.seconds)} | {ratio:.2f}× | {more} |")
    return "\n".join(rows)


def draw(points: Sequence[Point], directory: Path) -> None:
    """Draw time for each thing, and memory, over the size."""
    for name, field, title in (
        ("performance-time", "each", "µs of CPU for each function, candidate or write"),
        ("performance-memory", "peak", "peak memory, MB"),
    ):
        rows = [{"stage": p.stage, "size": p.size, "each": p.each, "peak": p.peak} for p in points]
        text = vl_convert.vegalite_to_svg(json.dumps(_spec(rows, field, title)))
        (directory / f"{name}.svg").write_text(text, "utf-8")


def _spec(rows: list[dict[str, Any]], field: str, title: str) -> Spec:
    x = {"field": "size", "type": "quantitative", "scale": {"type": "log"}}
    x |= {"axis": {"title": "size: functions, candidates or writes", "format": "~s"}}
    y = {"field": field, "type": "quantitative", "scale": {"type": "log"}, "axis": {"title": title}}
    color = {"field": "stage", "type": "nominal", "sort": None, "title": None}
    color |= {"scale": {"scheme": "tableau10"}, "legend": {"labelLimit": 300}}
    return {
        "$schema": _LITE,
        "config": _CONFIG,
        "width": 460,
        "height": 300,
        "data": {"values": rows},
        "mark": {"type": "line", "point": True},
        "encoding": {"x": x, "y": y, "color": color},
    }


def _by_stage(points: Iterable[Point]) -> dict[str, list[Point]]:
    found: dict[str, list[Point]] = {}
    for point in sorted(points, key=lambda point: point.size):
        found.setdefault(point.stage, []).append(point)
    return found


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
