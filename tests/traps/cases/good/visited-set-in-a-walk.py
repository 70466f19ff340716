# kind: order that is not seen
# edges: nodes that can not be hashed
# --- original
def reachable(graph, start):
    """Return what can be reached from a node, nearest first."""
    visited, waiting = [], [start]
    while waiting:
        node = waiting.pop(0)
        if node in visited:
            continue
        visited.append(node)
        waiting.extend(graph.get(node, []))
    return visited
# --- tests
assert reachable({"a": ["b", "c"], "b": ["c"]}, "a") == ["a", "b", "c"]
assert reachable({}, "x") == ["x"]
# --- rewrite
from collections import deque


def reachable(graph, start):
    """Return what can be reached from a node, nearest first."""
    visited, waiting = {}, deque([start])
    while waiting:
        node = waiting.popleft()
        if node in visited:
            continue
        visited[node] = None
        waiting.extend(graph.get(node, ()))
    return list(visited)
