# kind: shape of the function
# reason: decorators-changed
# --- original
import functools


def checked(function):
    """Refuse negative numbers."""

    @functools.wraps(function)
    def inner(value):
        if value < 0:
            raise ValueError(value)
        return function(value)

    return inner


@checked
def root(value):
    """Return the square root."""
    return value**0.5
# --- tests
assert root(9) == 3
# --- rewrite
import math


def root(value):
    """Return the square root."""
    return math.sqrt(value)
# --- witness
try:
    root(-1)
except ValueError as error:
    assert error.args == (-1,)
