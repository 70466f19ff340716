# kind: the standard library
# --- original
def number(data):
    """Return the number that bytes hold, the largest first."""
    value = 0
    for byte in data:
        value = (value << 8) | byte
    return value
# --- tests
assert number(b"\x01\x02") == 258
assert number(b"") == 0
# --- rewrite
def number(data):
    """Return the number that bytes hold, the largest first."""
    return int.from_bytes(data, "big")
