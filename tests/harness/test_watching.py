"""What the harness does to see a difference, in every interpreter that is there."""

from __future__ import annotations

from .inside import every_python, run

CALLS = """
import asyncio, pickle, random, threading
from _codeopt_harness import echo, observe, patience, replay, sharing, together

def seen(function, *args, way="", cut=None):
    options = observe.Options()
    options.way = way
    return observe.observe(function, args, {}, options)

def texts(section):
    return [text for _, text, _ in section.tokens]
"""

THREADS = """
scratch, lock = [], threading.RLock()
def racy(values):
    scratch.clear()
    for value in values:
        scratch.append(value)
    return scratch[:]
def locked(values):
    with lock:
        return racy(values)
def own(values):
    return [value for value in values]

class Replay:
    job = {"seconds": 20.0}
    def options(self, index):
        return observe.Options()

def results(function):
    blobs = [({"seconds": 0.0}, pickle.dumps(((v,), {}))) for v in ([1, 2], [7])]
    self = Replay()
    self.function = function
    ways = together._ways(self, blobs, (0, 1))
    return {tuple(map(tuple, (texts(e.sections["result"]) for e in pair))) for pair in ways}

right = {(("list 2", "int 1", "int 2"), ("list 1", "int 7"))}
print(results(own) == right, results(locked) == right, right < results(racy))
"""

GENERATORS = """
log = []
def tidy(values):
    try:
        for value in values:
            yield value
    finally:
        log.append("closed")
def step(number):
    for _ in range(3):
        number += (yield number) or 1
one = seen(tidy, [1, 2, 3], way="closed")
print(texts(one.sections["result"]), log)
print(texts(seen(step, 1).sections["result"]), texts(seen(step, 1, way="sent").sections["result"]))

async def fed(log):
    for n in range(3):
        log.append(n)
        await asyncio.sleep(0)
async def at_once(log):
    log.extend(range(3))
    await asyncio.sleep(0)
async def never(log):
    log.extend(range(3))
async def numbers(n):
    for i in range(n):
        yield i
both = [seen(function, []) for function in (fed, at_once, never)]
print([each.pauses for each in both], len({str(texts(each.sections["laziness"])) for each in both}))
print(texts(seen(numbers, 3, way="closed").sections["result"]))
"""

MARKS = """
class Fussy:
    def __eq__(self, other):
        raise AttributeError(other)
values = [Fussy(), Fussy()]
undo = replay.perturb(values)
print(len(values))
undo()
print(len(values))
error = ValueError("x")
undo = replay.perturb(error)
print(len(vars(error)))
undo()
print(len(vars(error)))
"""

SHARING = """
nan = float("nan")
def of(how):
    args = [[float("nan"), 1000.5], float("nan"), {"a": "te" + "xt"[0:]}, "text"]
    return sharing.arrange((args, {}), how)[0]
one, apart = of("one"), of("apart")
print(one[1] in one[0], apart[1] in apart[0], one[2]["a"] is one[3], apart[2]["a"] is apart[3])
deep, depth = echo.deepen([[1], 2]), 0
while type(deep) is list:
    deep, depth = deep[0], depth + 1
print(depth > echo.DEEP)
calls = [echo.echo(random.Random(n), ((["a", "bc"], "d"), {})) for n in range(300)]
print(any(call[0][1] == "bc" for call in calls), any(call[0][1] == "BC" for call in calls))
seeds = map(random.Random, range(30))
calls = [echo.in_step(seed, (([1, 2], (3, 4)), {}), lambda v, p: v + 1) for seed in seeds]
print(all(len(a) == len(b) for (a, b), _ in calls), len({len(a) for (a, b), _ in calls}) > 4)
quick = patience.Patience(0.05)
while not quick.is_over():
    pass
print(patience.Patience(60.0).is_over())
"""


@every_python
def test_two_calls_at_once_show_what_is_shared(python: str) -> None:
    assert run(CALLS + THREADS, python).split() == ["True", "True", "True"]


@every_python
def test_generators_and_coroutines_are_looked_at_on_their_way(python: str) -> None:
    lines = run(CALLS + GENERATORS, python).splitlines()
    assert lines == [
        "['int 1'] ['closed']",
        "['int 1', 'int 2', 'int 3', 'None'] ['int 1', 'int 2', 'int 4', 'None']",
        "[3, 1, 0] 3",
        "['int 0']",
    ]


@every_python
def test_marks_go_by_identity(python: str) -> None:
    assert run(CALLS + MARKS, python).split() == ["3", "2", "1", "0"]


@every_python
def test_inputs_depend_on_each_other(python: str) -> None:
    assert run(CALLS + SHARING, python).split() == [
        *("True", "False", "True", "False"),
        "True",
        *("True", "True"),
        *("True", "True"),
        "False",
    ]
