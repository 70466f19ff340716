# kind: regular expressions
# reason: result-differs
# --- original
import re


def has_error(line):
    """Tell whether a line reports an error."""
    return bool(re.search("error|fatal", line, re.IGNORECASE))
# --- tests
assert has_error("an error")
assert not has_error("fine")
assert has_error("Fatal: error")
# --- rewrite
_PATTERN = re.compile("error|fatal")


def has_error(line):
    """Tell whether a line reports an error."""
    return _PATTERN.search(line) is not None
# --- witness
assert has_error("ERROR")
