# kind: deferred work
# reason: forbidden-construct
# --- original
def close(log):
    """Write the last line of a log."""
    log.append("end")
    return len(log)
# --- tests
log = []
assert close(log) in (0, 1)
assert log == ["end"]
# --- rewrite
class _Later:
    def __init__(self, log):
        self.log = log

    def __del__(self):
        self.log.append("end")


def close(log):
    """Write the last line of a log."""
    later = _Later(log)
    return len(log)
# --- witness
assert close([]) == 1
