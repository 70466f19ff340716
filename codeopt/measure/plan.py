"""Choose which recorded calls are screened on, which warm a sample up and which are timed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_ENOUGH = 16  # distinct inputs from which on screening and confirmation get different ones


@dataclass(frozen=True, slots=True)
class Call:
    """Describe a recorded call: equal keys mean equal arguments; it stands for ``count`` calls.

    ``seconds`` is what it took when it was recorded, 0 where that is unknown.
    """

    index: int
    group: str
    count: int
    key: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold indices of calls, in recorded order; ``held_out`` says that no timed one is screened."""

    screen: tuple[int, ...]
    warm: tuple[int, ...]
    timed: tuple[int, ...]
    held_out: bool


def read_table(frame: Mapping[str, Any]) -> tuple[Call, ...]:
    """Check the table of calls that the harness sent; ValueError when it is not one."""
    rows = frame.get("calls")
    if not isinstance(rows, list):
        raise ValueError("the harness sent no table of calls")
    return tuple(
        Call(int(index), str(group), max(1, int(count)), str(key), max(0.0, float(seconds)))
        for index, group, count, key, seconds in rows
    )


def split(calls: Sequence[Call], seed: int) -> Plan:
    """Split calls by content, so that no input that is timed was seen before it is timed.

    Equal inputs stay together: what a cache gains in the timed calls is what their own repetition
    gives. Every class keeps at least one input among the timed ones.
    """
    keys = list(dict.fromkeys(call.key for call in calls))
    everything = tuple(call.index for call in calls)
    if len(keys) >= _ENOUGH:
        screened = _half(calls, random.Random(seed))
        held_out = True
    else:
        screened = frozenset(_shortest(calls, keys)) if len(keys) >= 3 else frozenset()
        held_out = False
    apart = tuple(call.index for call in calls if call.key in screened)
    timed = tuple(call.index for call in calls if call.key not in screened)
    return Plan(apart if held_out else everything, apart, timed, held_out)


def within(times: Sequence[tuple[int, float]], groups: Mapping[int, str], most: float) -> list[int]:
    """Choose calls whose times add up to at most ``most`` seconds, of each class at least one.

    ``times`` pairs calls with their seconds, in recorded order; the choice is spread evenly.
    """
    total = sum(seconds for _, seconds in times)
    if total <= most:
        return [index for index, _ in times]
    count = max(1, int(len(times) * most / total + 1e-9))
    chosen = {times[k * len(times) // count][0] for k in range(count)}
    for index, _ in sorted(times, key=lambda pair: pair[1]):
        if not any(groups[other] == groups[index] for other in chosen):
            chosen.add(index)
    return [index for index, _ in times if index in chosen]


def _half(calls: Sequence[Call], rng: random.Random) -> frozenset[str]:
    """Take every other distinct input of each class, starting with either."""
    by_group: dict[str, list[str]] = {}
    for call in {call.key: call for call in calls}.values():
        by_group.setdefault(call.group, []).append(call.key)
    taken: list[str] = []
    for keys in by_group.values():
        rng.shuffle(keys)
        taken += keys[: len(keys) // 2]
    return frozenset(taken)


def _shortest(calls: Sequence[Call], keys: Sequence[str]) -> list[str]:
    """Take one input to warm up on: the one that is repeated least, of the commonest class."""
    repeats = {key: sum(call.key == key for call in calls) for key in keys}
    groups = [call.group for call in calls]
    common = max(dict.fromkeys(groups), key=groups.count)
    own = [call.key for call in calls if call.group == common]
    return [min(own, key=repeats.__getitem__)] if len(set(own)) > 1 else []
