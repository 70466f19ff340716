# kind: order and stability
# reason: order-differs, result-differs
# --- original
def names(tree):
    """List names, each before what is below it."""
    out = [tree["name"]]
    for child in tree.get("children", ()):
        out += names(child)
    return out
# --- tests
assert names({"name": "a", "children": [{"name": "b"}, {"name": "c"}]}) == ["a", "b", "c"]
assert names({"name": "a"}) == ["a"]
assert names({"name": "a", "children": [{"name": "b", "children": [{"name": "c"}]}]}) == ["a", "b", "c"]
# --- rewrite
from collections import deque


def names(tree):
    """List names, each before what is below it."""
    out, waiting = [], deque([tree])
    while waiting:
        node = waiting.popleft()
        out.append(node["name"])
        waiting.extend(node.get("children", ()))
    return out
# --- witness
tree = {"name": "a", "children": [{"name": "b", "children": [{"name": "c"}]}, {"name": "d"}]}
assert names(tree) == ["a", "b", "c", "d"]
