"""The target is followed through a call, in every interpreter; nothing else is."""

from __future__ import annotations

import json

from tests.harness import inside

CODE = """
import json
from _codeopt_harness import follow

source = '''
def helper(x):
    y = x * 2
    return y

def f(items):
    out = []
    for item in items:
        out.append(helper(item))
    return len(out)

def g(n):
    for i in range(n):
        yield i
'''
space = {}
exec(compile(source, "target.py", "exec"), space)
one = follow.Follower(space["f"])
one.call((([5, 6],), {}))
two = follow.Follower(space["g"])
two.call(((3,), {}))
three = follow.Follower(space["f"])
three.call((([1] * 30_000,), {}))
three.call(((7,), {}))
print(json.dumps([one.report(), two.report(), three.report()]))
"""


@inside.every_python
def test_lines_values_and_calls_of_the_target_alone(python: str) -> None:
    one, two, three = json.loads(inside.run(CODE, python))
    assert one["hits"] == [[7, 1], [8, 3], [9, 2], [10, 1]]
    assert [row for row in one["values"] if row[1] == "item"] == [[8, "item", ["5", "6"]]]
    assert [row for row in one["values"] if row[1] == "out"] == [
        [7, "out", ["[]"]],
        [9, "out", ["[10]", "[10, 12]"]],
    ]
    assert ["helper", 2] in one["calls"]
    assert ["list.append", 2] in one["calls"]
    assert ["len", 1] in one["calls"]
    assert not any(name == "y" for _, name, _ in one["values"])
    assert [row for row in two["values"] if row[1] == "i"] == [[13, "i", ["0", "1", "2"]]]
    # a long call runs on unobserved, a call that raises is followed to there
    assert max(count for _, count in three["hits"]) <= 20_000
    assert all(len(texts) <= 3 for _, _, texts in three["values"])
