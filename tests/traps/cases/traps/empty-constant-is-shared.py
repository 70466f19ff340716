# kind: aliasing
# reason: result-differs, aliasing-differs
# --- original
def tags(entry):
    """Return the tags of an entry."""
    found = []
    for tag in entry.get("tags", "").split(","):
        if tag:
            found.append(tag)
    return found
# --- tests
assert tags({"tags": "a,b"}) == ["a", "b"]
assert tags({}) == []
assert tags({"tags": ""}) == []
# --- rewrite
_NO_TAGS = []


def tags(entry):
    """Return the tags of an entry."""
    text = entry.get("tags")
    return [tag for tag in text.split(",") if tag] if text else _NO_TAGS
# --- witness
tags({}).append("x")
assert tags({}) == []
