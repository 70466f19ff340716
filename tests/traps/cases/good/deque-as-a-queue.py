# kind: the standard library
# --- original
def reachable(graph, start):
    """Return the nodes that can be reached, nearest first."""
    found, queue = [start], [start]
    while queue:
        node = queue.pop(0)
        for other in graph.get(node, []):
            if other not in found:
                found.append(other)
                queue.append(other)
    return found
# --- tests
assert reachable({"a": ["b", "c"], "b": ["d"]}, "a") == ["a", "b", "c", "d"]
assert reachable({}, "x") == ["x"]
# --- rewrite
from collections import deque


def reachable(graph, start):
    """Return the nodes that can be reached, nearest first."""
    found, queue = {start: None}, deque([start])
    while queue:
        for other in graph.get(queue.popleft(), ()):
            if other not in found:
                found[other] = None
                queue.append(other)
    return list(found)
