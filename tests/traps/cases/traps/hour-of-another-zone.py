# kind: rare inputs
# reason: result-differs
# --- original
from datetime import timezone


def hours(moments):
    """Return the hours of the day, in universal time."""
    return [moment.astimezone(timezone.utc).hour for moment in moments]
# --- tests
from datetime import datetime, timezone
assert hours([datetime(2024, 1, 1, 5, tzinfo=timezone.utc)]) == [5]
assert hours([]) == []
# --- rewrite
def hours(moments):
    """Return the hours of the day, in universal time."""
    return [moment.hour for moment in moments]
# --- witness
from datetime import datetime, timedelta, timezone
assert hours([datetime(2024, 1, 1, 5, tzinfo=timezone(timedelta(hours=2)))]) == [3]
