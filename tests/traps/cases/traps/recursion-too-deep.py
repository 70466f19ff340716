# kind: ends the process
# reason: exception-differs
# --- original
def depth(node):
    """Count how many lists are nested in one another."""
    count = 0
    while node:
        node = node[0]
        count += 1
    return count
# --- tests
def nested(n):
    node = []
    for _ in range(n):
        node = [node]
    return node
assert depth(nested(3)) == 3
assert depth([]) == 0
assert depth(nested(600)) > 500
# --- rewrite
def depth(node):
    """Count how many lists are nested in one another."""
    return 1 + depth(node[0]) if node else 0
# --- witness
node = []
for _ in range(5000):
    node = [node]
assert depth(node) == 5000
