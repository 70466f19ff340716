# kind: aliasing
# reason: type-differs, aliasing-differs
# --- original
def header(data):
    """Return the first four bytes."""
    return bytes(data[:4])
# --- tests
assert header(bytearray(b"abcdef")) == b"abcd"
# --- rewrite
def header(data):
    """Return the first four bytes."""
    return memoryview(data)[:4]
# --- witness
data = bytearray(b"abcdef")
found = header(data)
data[0] = 0
assert found == b"abcd"
