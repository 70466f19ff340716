"""What works unseen may move, be renamed or be taken once for all, and may not be left out."""

from __future__ import annotations

import pytest

from codeopt.config import JudgeSettings
from codeopt.model.code import FunctionId
from codeopt.verify.change import Change, FileText
from codeopt.verify.gate import check

TOP = """
import asyncio, hmac, os, threading, time
from asyncio import wait_for
GUARD = threading.Lock()
"""
METHOD = "class C:\n    def f(self, xs):\n"


def judged(before: str, after: str) -> str:
    name = "C.f" if before.startswith("class") else "f"
    file = FileText("a.py", TOP + before, TOP + after)
    reason = check(Change((file,), frozenset({FunctionId("a.py", name)})), JudgeSettings()).reason
    return "" if reason is None else reason.text


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (f"{METHOD}        with self._lock: return list(xs)", "[*xs]", "takes a lock (self._lock)"),
        ("def f(x):\n    with GUARD: return list(x)", "[*x]", "takes a lock (GUARD)"),
        ("def f(x):\n    GUARD.acquire()\n    return list(x)", "[*x]", "takes a lock (GUARD)"),
        ("def f(x):\n    with x.a_lock(): return list(x)", "[*x]", "takes a lock (x.a_lock"),
        (f"{METHOD}        return type(self)(xs, 1)", "C(xs, 1)", "makes an object"),
        (f"{METHOD}        return self.__class__(xs, 1)", "type(self)(xs, 2)", ""),
        (f"{METHOD}        return type(self)(xs, 1)", "copy.copy(self)", ""),
        ("def f(cls, x):\n    return [cls(y) for y in x]", "list(map(C, x))", "makes an object"),
        ("def f(x):\n    return [cls() for cls in x]", "[kind() for kind in x]", ""),
        ("def f(x):\n    return type(x)(x)", "[*x]", ""),
        ("def f(x):\n    print(1, flush=True)\n    return list(x)", "[*x]", "hands over"),
        ("def f(x):\n    print(1, flush=False)\n    return list(x)", "[*x]", ""),
        ("def f(x):\n    x.flush()\n    return list(x)", "print(1, flush=True)", ""),
        ("def f(x):\n    with x.block: return list(x)", "[*x]", ""),
        ("def f(x):\n    time.sleep(x)\n    return list(x)", "[*x]", "waits (time.sleep)"),
        ("def f(x):\n    time.sleep(x)\n    return x + 1", "time.sleep(0)", "waits (time.sleep)"),
        ("def f(x):\n    time.sleep(0)\n    return list(x)", "[*x]", ""),
        ("async def f(x):\n    return await wait_for(x, 3)", "await x", "sets a limit of time"),
        ("async def f(x):\n    return await asyncio.shield(x)", "await x", "shields"),
        ("def f(x):\n    os.fsync(x)\n    return list(x)", "[*x]", "writes through"),
        ("def f(x):\n    return hmac.compare_digest(*x)", "x[0] == x[1]", "compares secrets"),
    ],
)  # fmt: skip
def test_is_missed_when_it_is_left_out(before: str, after: str, what: str) -> None:
    head, _, _ = before.partition("\n")
    head = METHOD.rstrip("\n") if before.startswith("class") else head
    found = judged(before, f"{head}\n        return {after}\n")
    assert f"the old code {what}" in found if what else not found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    for x in xs:\n        with GUARD: x.n += 1",
         "    guard = GUARD\n    with guard:\n        for x in xs: x.n += 1"),
        ("    with GUARD: return list(xs)",
         "    GUARD.acquire()\n    try: return [*xs]\n    finally: GUARD.release()"),
        ("    for x in xs: time.sleep(x)",
         "    sleep = time.sleep\n    for x in xs: sleep(x)"),
        ("    return [y for y in xs if hmac.compare_digest(y, xs[0])]",
         "    one = xs[0]\n    return [y for y in xs if hmac.compare_digest(y, one)]"),
    ],
)  # fmt: skip
def test_is_found_in_another_form(before: str, after: str) -> None:
    assert judged(f"def f(xs):\n{before}\n", f"def f(xs):\n{after}\n") == ""
