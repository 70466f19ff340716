# kind: module and default state
# reason: output-differs
# --- original
import warnings


def quietly(function, values):
    """Call a function for each value, without its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [function(value) for value in values]
# --- tests
assert quietly(abs, [1, -2]) == [1, 2]
assert quietly(str, []) == []
# --- rewrite
def quietly(function, values):
    """Call a function for each value, without its warnings."""
    warnings.simplefilter("ignore")
    return list(map(function, values))
# --- witness
import warnings
with warnings.catch_warnings():
    before = list(warnings.filters)
    quietly(abs, [1])
    assert warnings.filters == before
