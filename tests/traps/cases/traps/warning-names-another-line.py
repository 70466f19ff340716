# kind: output and warnings
# reason: output-differs
# --- original
import warnings


def scaled(values, factor=None):
    """Return multiples; the caller is told to give a factor."""
    if factor is None:
        warnings.warn("give a factor", DeprecationWarning, stacklevel=2)
        factor = 2
    return [value * factor for value in values]
# --- tests
import warnings
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    assert scaled([1, 2]) == [2, 4]
assert scaled([1, 2], 3) == [3, 6]
# --- rewrite
def _usual():
    warnings.warn("give a factor", DeprecationWarning, stacklevel=2)
    return 2


def scaled(values, factor=None):
    """Return multiples; the caller is told to give a factor."""
    factor = _usual() if factor is None else factor
    return [value * factor for value in values]
# --- witness
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    scaled([1])
    scaled([1])
assert len({warning.lineno for warning in caught}) == 2
