"""Let equal plain values of a call be one object, or each an object of its own.

``is`` tells the two apart, and so does ``in`` with a NaN. Pickled numbers always come back as
objects of their own, and pickled texts as they were shared before.
"""

ONE, APART = "one", "apart"
_WIDTH = 1000  # elements of a container that are looked at
_DEPTH = 6


def arrange(arguments, how):
    """Return the arguments of a call with its equal plain values shared, or not; "" leaves them."""
    if how not in (ONE, APART):
        return arguments
    args, kwargs = arguments
    known = {} if how == ONE else None
    return _arrange(args, known, 0), {key: _arrange(v, known, 0) for key, v in kwargs.items()}


def _arrange(value, known, depth):
    kind = type(value)
    if kind in (int, float, str, bytes):
        if known is None:
            return _own(value, kind)
        return known.setdefault((kind, repr(value) if kind is float else value), value)
    if depth > _DEPTH or (kind in (list, tuple, dict) and len(value) > _WIDTH):
        return value
    if kind is tuple:
        return tuple([_arrange(item, known, depth + 1) for item in value])
    if kind is list:
        value[:] = [_arrange(item, known, depth + 1) for item in value]
    elif kind is dict:
        value.update({key: _arrange(item, known, depth + 1) for key, item in value.items()})
    return value


def _own(value, kind):
    """Build a text anew; short ones and small numbers are unique in the interpreter anyway."""
    return value[:1] + value[1:] if kind in (str, bytes) and len(value) > 1 else value
