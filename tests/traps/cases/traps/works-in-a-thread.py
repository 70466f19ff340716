# kind: deferred work
# reason: forbidden-import
# --- original
def store(rows, into):
    """Put the rows into a list, doubled."""
    for row in rows:
        into.append(row * 2)
# --- tests
found = []
store([1, 2], found)
for _ in range(100):
    if len(found) == 2:
        break
    __import__("time").sleep(0.01)
assert found == [2, 4]
# --- rewrite
import threading
import time


def store(rows, into):
    """Put the rows into a list, doubled."""
    def work():
        time.sleep(0.05)
        into.extend(row * 2 for row in rows)

    threading.Thread(target=work).start()
# --- witness
found = []
store([1], found)
assert found == [2]
