# kind: mutation of arguments
# reason: mutation-differs
# --- original
def neighbours(graph, node):
    """Return the neighbours of a node."""
    if node in graph.keys():
        return list(graph[node])
    return []
# --- tests
assert neighbours({"a": ["b"]}, "a") == ["b"]
assert neighbours({"a": ["b"]}, "c") == []
# --- rewrite
def neighbours(graph, node):
    """Return the neighbours of a node."""
    return list(graph.setdefault(node, []))
# --- witness
graph = {}
neighbours(graph, "a")
assert graph == {}
