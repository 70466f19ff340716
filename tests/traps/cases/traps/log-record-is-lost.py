# kind: output and warnings
# reason: output-differs
# --- original
import logging

log = logging.getLogger("shop")


def bill(amounts):
    """Add up amounts and log each."""
    total = 0
    for amount in amounts:
        log.info("amount %d", amount)
        total += amount
    return total
# --- tests
assert bill([1, 2]) == 3
# --- rewrite
def bill(amounts):
    """Add up amounts and log each."""
    total = sum(amounts)
    log.info("total %d", total)
    return total
# --- witness
import logging
seen = []
handler = logging.Handler()
handler.emit = seen.append
logging.getLogger("shop").addHandler(handler)
logging.getLogger("shop").setLevel(logging.INFO)
bill([1, 2])
assert len(seen) == 2
