"""A change anywhere in a large global is seen, and one that changes nothing is none."""

from __future__ import annotations

from .inside import every_python, run

SETUP = '''
import sys, types
from _codeopt_harness import marks
from _codeopt_harness.state import State

TEXT = """
import collections
class Node:
    kind = "node"
    def __init__(self, number):
        self.number, self.more = number, {"tags": [{number}]}
TABLE = {"k%d" % n: [n, str(n), (n, [n])] for n in range(200)}
NODES = [Node(n) for n in range(200)]
SETS = [{str(n): {n, "x"}, "y": frozenset({n})} for n in range(200)]
ORDER = collections.OrderedDict((n, None) for n in range(200))
QUEUE = collections.deque(range(200))
FOUND = collections.defaultdict(list, {n: [] for n in range(200)})
BOTH = [TABLE, NODES]
"""

def fresh():
    module = types.ModuleType("made")
    sys.modules["made"] = module
    exec(compile(TEXT, "made.py", "exec"), vars(module))
    return module

CHANGES = """
TABLE["k199"][0] = 199.0
TABLE["k123"][2][1].append(0)
TABLE["k7"], TABLE["k8"] = TABLE["k8"], TABLE["k7"]
TABLE["k7"] = list(TABLE["k8"])
TABLE["new"] = TABLE.pop("k199")
TABLE["k0"] = TABLE.pop("k0")
TABLE["k5"].append(TABLE["k6"].pop(0))
NODES[150].number = True
NODES[150].more["tags"][0].add("y")
NODES[150].other = None
NODES[150].__dict__ = {"number": 1, "more": {}}
NODES[150].__class__ = type("Node", (Node,), {})
NODES[3] = Node(4)
del NODES[3].number
SETS[199]["199"].discard("x")
SETS[3]["y"] = frozenset()
SETS[3]["y"] = {3}
ORDER.move_to_end(0)
ORDER.move_to_end(198, last=False)
QUEUE.rotate(1)
QUEUE[100] = 100.0
FOUND[199].append(1)
FOUND[200]
FOUND.default_factory = dict
BOTH[0]["k3"][2][1][0] = 4
Node.kind = "other"
""".strip().splitlines()

def seen(change, module):
    state = State(module)
    assert all(state.marks[name].holds(value) for name, value in vars(module).items()
               if name.isupper())
    exec(change, vars(module))
    return sorted(state.changes(thorough=True))
'''

SEEN = """
for change in CHANGES:
    module = fresh()
    found = seen(change, module)
    wanted = next(n for n in vars(module) if n in change and not n.startswith("__") and
                  change.replace("del ", "").startswith(n))
    assert wanted in found, (change, found)
    assert ("BOTH" in found) == (wanted in ("TABLE", "NODES", "BOTH")), (change, found)
print(len(CHANGES))
"""


@every_python
def test_changes_deep_inside_are_seen(python: str) -> None:
    assert run(SETUP + SEEN, python).strip() == "26"


def test_changes_are_seen_where_memory_cannot_be_read() -> None:
    hidden = "def refuse(*_): raise OSError\nmarks._open = refuse\n"
    assert run(SETUP + hidden + SEEN).strip() == "26"
    kept = "assert State(fresh()).marks['TABLE'].addresses is "
    run(SETUP + hidden + kept + "None")
    run(SETUP + kept + "not None")


def test_what_is_put_back_is_no_change() -> None:
    code = """
    module = fresh()
    state = State(module)
    TABLE, NODES, SETS = module.TABLE, module.NODES, module.SETS
    TABLE["k9"].append(TABLE["k9"].pop())
    NODES[7].number = int("7")
    NODES[8] = NODES[8]
    TABLE["k199"][1] = "".join(["1", "99"])
    SETS[5] = dict(SETS[5])
    print(state.changes(thorough=True))
    assert state.renewed() is not state
    again = State(module)
    assert again.renewed() is again
    TABLE["k9"].append(1)
    assert list(again.changes()) == ["TABLE"]  # objects that cost much: at the end
    later = again.renewed()
    assert later is not again and not later.changes(thorough=True)
    """
    assert run(SETUP + code.replace("\n    ", "\n")).strip() == "{}"
