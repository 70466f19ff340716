# kind: memo across calls
# reason: result-differs
# --- original
def unique(items):
    """Return the items without repetition."""
    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out
# --- tests
BASKET = ["pear", "fig", "pear"]
for _ in range(3):
    assert unique(BASKET) == ["pear", "fig"]
assert unique(["plum"]) == ["plum"]
# --- rewrite
_last = (None, None)


def unique(items):
    """Return the items without repetition."""
    global _last
    if _last[0] is not items:
        _last = (items, list(dict.fromkeys(items)))
    return list(_last[1])
# --- witness
items = ["a"]
unique(items)
items.append("b")
assert unique(items) == ["a", "b"]
