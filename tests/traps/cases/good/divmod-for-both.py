# kind: the standard library
# edges: floats
# --- original
def clock(seconds):
    """Write seconds as hours, minutes and seconds."""
    hours = seconds // 3600
    minutes = seconds % 3600 // 60
    return "%d:%02d:%02d" % (hours, minutes, seconds % 60)
# --- tests
assert clock(3671) == "1:01:11"
assert clock(0) == "0:00:00"
# --- rewrite
def clock(seconds):
    """Write seconds as hours, minutes and seconds."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
