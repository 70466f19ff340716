# kind: unbounded cache
# reason: unbounded-cache
# --- original
def initials(name):
    """Return the initials of a name."""
    result = ""
    for part in name.split():
        result += part[0].upper()
    return result
# --- tests
assert initials("ada lovelace") == "AL"
# --- rewrite
def initials(name):
    """Return the initials of a name."""
    if not hasattr(initials, "known"):
        initials.known = {}
    if name not in initials.known:
        initials.known[name] = "".join(part[0].upper() for part in name.split())
    return initials.known[name]
# --- witness
for n in range(900):
    initials(f"n{n}")
assert len(getattr(initials, "known", ())) < 500
