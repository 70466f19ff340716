"""Turn a profile into a call tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codeopt.model.evidence import Frame, Profile

_Weighed = tuple[tuple[Frame, ...], float]
_Key = tuple[str, str]
_DEEPEST = 150  # a deeper recursion tells nothing more, and would need one here


@dataclass(frozen=True, slots=True)
class CallNode:
    """Hold a function where it was called: its share with and without what it calls."""

    path: str
    name: str
    share: float
    self_share: float
    children: tuple[CallNode, ...] = ()


def call_tree(profile: Profile, *, least: float = 0.01) -> tuple[CallNode, ...]:
    """Return the outermost calls, heaviest first; what has less than ``least`` is cut off."""
    total = sum(stack.seconds for stack in profile.stacks)
    weighed = [(stack.frames, stack.seconds) for stack in profile.stacks]
    return _nodes(weighed, 0, total, least) if total else ()


def _nodes(
    stacks: Iterable[_Weighed], depth: int, total: float, least: float
) -> tuple[CallNode, ...]:
    groups: dict[_Key, list[_Weighed]] = {}
    for frames, seconds in stacks:
        if depth < min(len(frames), _DEEPEST):
            key = (frames[depth].path, frames[depth].name)
            groups.setdefault(key, []).append((frames, seconds))
    nodes = [_node(key, group, depth, total, least) for key, group in groups.items()
             if sum(seconds for _, seconds in group) >= least * total]  # fmt: skip
    return tuple(sorted(nodes, key=lambda node: (-node.share, node.path, node.name)))


def _node(key: _Key, group: list[_Weighed], depth: int, total: float, least: float) -> CallNode:
    share = sum(seconds for _, seconds in group) / total
    ends = sum(seconds for frames, seconds in group if len(frames) == depth + 1) / total
    return CallNode(*key, share, ends, _nodes(group, depth + 1, total, least))
