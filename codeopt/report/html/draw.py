"""Turn chart specifications into inline SVG (Vega, by vl-convert: no network, no browser)."""

from __future__ import annotations

import importlib.util
import json
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from codeopt.report.html.element import e, scrolling
from codeopt.report.printing import printable

_FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
_CONFIG: dict[str, Any] = {
    "background": None,
    "font": _FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--ink)",
        "titleColor": "var(--quiet)",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 150,
    },
    "legend": {
        "labelColor": "var(--ink)",
        "titleColor": "var(--quiet)",
        "labelFontSize": 12,
        "orient": "top",
        "title": None,
    },
}


def can_draw() -> bool:
    """Tell whether the library that draws charts is installed."""
    return importlib.util.find_spec("vl_convert") is not None


def figure(spec: dict[str, Any], text: str, *, wide: bool = False) -> Element:
    """Return a chart with the sentence that says the same; a wide one scrolls on a phone."""
    svg = _svg(spec)
    svg.set("role", "img")
    svg.set("aria-label", text)
    svg.set("style", f"max-width:{svg.get('width', '400')}px" + (";min-width:640px" * wide))
    for name in ("width", "height"):
        svg.attrib.pop(name, None)
    return e("figure", scrolling(svg, text) if wide else svg, e("figcaption", text))


def _svg(spec: dict[str, Any]) -> Element:
    import vl_convert

    kind = "vega-lite/v5" if "vega-lite" in spec.get("$schema", "") else "vega/v5"
    document = {**spec, "config": _CONFIG if kind != "vega/v5" else {}, "background": None}
    convert = vl_convert.vega_to_svg if kind == "vega/v5" else vl_convert.vegalite_to_svg
    root = fromstring(convert(json.dumps(_clean(document)), allowed_base_urls=[]))
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for name in [n for n in element.attrib if n.startswith("{")]:
            del element.attrib[name]
        label = element.attrib.get("aria-label")
        if label and element is not root and not len(element):
            element.append(e("title", label))
    return root


def _clean(value: Any) -> Any:
    """Replace what XML has no place for: the library ends the whole process on it."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: _clean(part) for name, part in value.items()}
    return [_clean(part) for part in value] if isinstance(value, list) else value
