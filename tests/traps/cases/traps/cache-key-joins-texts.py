# kind: type-blind cache keys
# reason: result-differs
# --- original
def slug(parts):
    """Join parts by dashes."""
    result = ""
    for part in parts:
        result += ("-" if result else "") + part
    return result
# --- tests
assert slug(["a", "b"]) == "a-b"
assert slug(["ab", "c"]) == "ab-c"
assert slug([]) == ""
# --- rewrite
_SLUGS = {}


def slug(parts):
    """Join parts by dashes."""
    key = "".join(parts)
    if key not in _SLUGS:
        if len(_SLUGS) > 200:
            _SLUGS.clear()
        _SLUGS[key] = "-".join(part for part in parts)
    return _SLUGS[key]
# --- witness
slug(["ab", "c"])
assert slug(["a", "bc"]) == "a-bc"
