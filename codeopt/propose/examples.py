"""Show a model rewrites of similar functions that were kept (retrieval, as in PIE)."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codeopt.model.insight import Example
from codeopt.propose.syntax import parse

_MOST = 2
_LEAST_SIMILAR = 0.25
_LONGEST = 2_000


def similar(function: str, examples: Sequence[Example], most: int = _MOST) -> tuple[Example, ...]:
    """Return the examples whose originals are most like a function, the most similar first."""
    wanted = features(function)
    rated = [
        (_overlap(wanted, features(each.before)), each.gain, -place, each)
        for place, each in enumerate(examples)
        if len(each.before) + len(each.after) <= 2 * _LONGEST
    ]
    ranked = sorted(rated, key=lambda row: row[:3], reverse=True)
    return tuple(row[3] for row in ranked[:most] if row[0] >= _LEAST_SIMILAR)


def shown(examples: Sequence[Example]) -> str:
    """Show examples as Python, with their gains."""
    parts = []
    for each in examples:
        what = f"{each.gain:.1f} times as fast ({each.technique})"
        parts.append(f"# before\n{each.before.strip()}\n\n# after: {what}\n{each.after.strip()}")
    return "\n\n\n".join(parts)


def features(text: str) -> frozenset[str]:
    """Describe a function by which constructs stand in which, and what it calls.

    Names of variables play no part: two functions that do the same look the same.
    """
    tree = parse(text)
    if isinstance(tree, str):
        return frozenset()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            found.add(f"call {called}")
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.expr_context):
                found.add(f"{type(node).__name__} {type(child).__name__}")
    return frozenset(found)


def _overlap(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / len(one | two) if one and two else 0.0
