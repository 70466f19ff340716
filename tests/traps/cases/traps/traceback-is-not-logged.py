# kind: output and warnings
# reason: output-differs
# --- original
import logging

log = logging.getLogger("shop.numbers")


def numbers(words):
    """Return the numbers among words; log what is none, with where it failed."""
    found = []
    for word in words:
        try:
            found.append(int(word))
        except ValueError:
            log.exception("no number: %s", word)
    return found
# --- tests
assert numbers(["1", "x"]) == [1]
# --- rewrite
def numbers(words):
    """Return the numbers among words; log what is none, with where it failed."""
    found = []
    append = found.append
    for word in words:
        try:
            append(int(word))
        except ValueError:
            log.error("no number: %s", word)
    return found
# --- witness
import logging
seen = []
handler = logging.Handler()
handler.emit = seen.append
logging.getLogger("shop.numbers").addHandler(handler)
module.numbers(["x"])
assert seen[0].exc_info
