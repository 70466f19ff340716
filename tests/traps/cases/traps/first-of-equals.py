# kind: order and stability
# reason: result-differs
# --- original
def best(players):
    """Return the name of the best player; of equals the last."""
    found = None
    for name, score in players:
        if found is None or score >= found[1]:
            found = (name, score)
    return found and found[0]
# --- tests
assert best([("a", 1), ("b", 2)]) == "b"
assert best([]) is None
# --- rewrite
def best(players):
    """Return the name of the best player; of equals the last."""
    return max(players, key=lambda player: player[1])[0] if players else None
# --- witness
assert best([("a", 1), ("b", 1)]) == "b"
