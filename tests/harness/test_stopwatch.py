"""The stopwatch times calls of every kind, from any thread, and each once."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

from .inside import every_python, run

LIB = """
import asyncio

def sleepy(n):
    return n if n == 0 else sleepy(n - 1)

def steps(n):
    for k in range(n):
        got = yield k
        if got is not None:
            yield got * 10
    return "end"

async def waits(n):
    if n:
        await waits(n - 1)
    await asyncio.sleep(0.02)
    return n

async def drips(n):
    for k in range(n):
        await asyncio.sleep(0)
        yield k
"""
WORK = """
import json, os, sys, threading, asyncio
import _codeopt_harness.stopwatch as stopwatch
out = {out!r}
sys.path.insert(0, {tree!r})
watches = []
for name in ("sleepy", "steps", "waits", "drips"):
    target = {{"path": "lib.py", "qualname": name, "module": "lib"}}
    watches.append(stopwatch.Stopwatch({{"target": target, "tree": {tree!r}, "out": out}}))
stopwatch.arrivals.watch(watches, {{"tree": {tree!r}}})
import lib

assert lib.sleepy(5) == 0
threads = [threading.Thread(target=lib.sleepy, args=(1,)) for _ in range(3)]
[t.start() for t in threads]; [t.join() for t in threads]

def outer():
    return (yield from lib.steps(3))
found = outer()
assert [next(found), found.send(7), next(found)] == [0, 70, 1]
assert next(found) == 2
try:
    next(found)
except StopIteration as end:
    assert end.value == "end"
lib.steps(2).close()

async def main():
    assert await asyncio.gather(lib.waits(1), lib.waits(0)) == [1, 0]
    assert [k async for k in lib.drips(4)] == [0, 1, 2, 3]
asyncio.run(main())
for watch in watches:
    watch.flush()
    with open(os.path.join(out, "%d.seen" % os.getpid())) as file:
        print(file.read())
"""


@every_python
def test_every_kind_is_timed_once(python: str, tmp_path: Path) -> None:
    (tmp_path / "lib.py").write_text(textwrap.dedent(LIB))
    code = WORK.format(out=str(tmp_path), tree=str(tmp_path))
    rows = [json.loads(line) for line in run(code, python).splitlines()]
    assert [(row["kind"], row["calls"]) for row in rows] == [
        ("function", 4),  # the calls within the first one are part of it
        ("generator", 1),  # the second was never started
        ("coroutine", 2),
        ("async_generator", 1),
    ]
    assert all(row["wall"] > 0 and not row["missing"] for row in rows)
    assert rows[2]["wall"] >= 0.055e9  # 40 ms and 20 ms, though both waited at the same time
