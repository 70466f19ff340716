# kind: rare inputs
# reason: result-differs, exception-differs
# --- original
import calendar
import time


def seconds(text):
    """Return when a day begins here, in seconds since 1970."""
    return int(time.mktime(time.strptime(text, "%Y-%m-%d")))
# --- tests
assert seconds("2024-01-02") - seconds("2024-01-01") == 86400
# --- rewrite
def seconds(text):
    """Return when a day begins here, in seconds since 1970."""
    return calendar.timegm(time.strptime(text, "%Y-%m-%d"))
# --- witness
import os
import time
before = os.environ.get("TZ")
os.environ["TZ"] = "CET-1"
time.tzset()
try:
    assert module.seconds("2024-01-02") == 1704150000
finally:
    os.environ.pop("TZ")
    os.environ.update({} if before is None else {"TZ": before})
    time.tzset()
