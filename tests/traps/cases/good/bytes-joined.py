# kind: texts
# edges: values of other types
# --- original
def framed(chunks):
    """Put chunks together, each with its length before it."""
    out = b""
    for chunk in chunks:
        out += len(chunk).to_bytes(4, "little") + chunk
    return out
# --- tests
assert framed([b"ab", b""]) == b"\x02\x00\x00\x00ab\x00\x00\x00\x00"
assert framed([]) == b""
# --- rewrite
def framed(chunks):
    """Put chunks together, each with its length before it."""
    parts = []
    for chunk in chunks:
        parts += (len(chunk).to_bytes(4, "little"), chunk)
    return b"".join(parts)
