# kind: shape of the function
# reason: decorators-changed
# --- original
def parts(text):
    """Return the parts between commas."""
    out = []
    for part in text.split(","):
        out.append(part.strip())
    return out
# --- tests
assert parts("a, b") == ["a", "b"]
# --- rewrite
import functools


@functools.lru_cache(maxsize=128)
def parts(text):
    """Return the parts between commas."""
    return [part.strip() for part in text.split(",")]
# --- witness
parts("a").append("b")
assert parts("a") == ["a"]
