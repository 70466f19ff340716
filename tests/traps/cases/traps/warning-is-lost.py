# kind: output and warnings
# reason: output-differs
# --- original
import warnings


def old(value):
    """Return a value plus one; warn that there is something newer."""
    warnings.warn("use new()", DeprecationWarning, stacklevel=2)
    return value + 1
# --- tests
import warnings
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    assert old(1) == 2
# --- rewrite
def old(value):
    """Return a value plus one; warn that there is something newer."""
    return value + 1
# --- witness
import warnings
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    old(1)
assert len(seen) == 1
