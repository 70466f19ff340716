# kind: bounded caches
# --- original
def slug(name):
    """Return a name as part of an address."""
    out = ""
    for letter in name.lower():
        out += letter if letter.isalnum() else "-"
    return out
# --- tests
assert slug("Some Name") == "some-name"
assert slug("") == ""
# --- rewrite
_SLUGS = {}


def slug(name):
    """Return a name as part of an address."""
    found = _SLUGS.get(name)
    if found is None:
        if len(_SLUGS) >= 512:
            _SLUGS.clear()
        found = "".join([c if c.isalnum() else "-" for c in name.lower()])
        _SLUGS[name] = found
    return found
