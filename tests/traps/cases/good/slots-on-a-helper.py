# kind: local aliases
# --- original
class _Span:
    """Hold a begin and an end."""

    def __init__(self, begin, end):
        self.begin, self.end = begin, end


def merged(pairs):
    """Merge overlapping ranges."""
    out = []
    for begin, end in sorted(pairs):
        if out and begin <= out[-1].end:
            out[-1].end = max(out[-1].end, end)
        else:
            out.append(_Span(begin, end))
    return [(span.begin, span.end) for span in out]
# --- tests
assert merged([(1, 3), (2, 5), (7, 8)]) == [(1, 5), (7, 8)]
assert merged([]) == []
# --- rewrite
class _Range:
    __slots__ = ("begin", "end")

    def __init__(self, begin, end):
        self.begin, self.end = begin, end


def merged(pairs):
    """Merge overlapping ranges."""
    out = []
    last = None
    for begin, end in sorted(pairs):
        if last is not None and begin <= last.end:
            if end > last.end:
                last.end = end
        else:
            last = _Range(begin, end)
            out.append(last)
    return [(span.begin, span.end) for span in out]
