# kind: module and default state
# reason: global-state-differs
# --- original
import weakref


class Node:
    def __init__(self, name):
        self.name = name


_NODES = weakref.WeakValueDictionary()


def node(name):
    """Return the one node of a name, as long as somebody holds it."""
    key = name.strip().lower()
    found = _NODES.get(key)
    if found is None:
        found = _NODES[key] = Node(key)
    return found
# --- tests
assert node(" A ").name == "a"
assert node("b").name == "b"
# --- rewrite
def node(name):
    """Return the one node of a name, as long as somebody holds it."""
    return Node(name.strip().lower())
# --- witness
held = node("a")
assert node(" A") is held
