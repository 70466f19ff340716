# kind: output and warnings
# reason: output-differs
# --- original
import logging

log = logging.getLogger("shop.rows")


def cleaned(rows):
    """Return the rows that have a number; log the names of the others."""
    kept = []
    for row in rows:
        if row.get("id") is None:
            log.warning("row dropped", extra={"row": row.get("name")})
            continue
        kept.append(row)
    return kept
# --- tests
assert cleaned([{"id": 1, "name": "a"}, {"name": "b"}]) == [{"id": 1, "name": "a"}]
# --- rewrite
def cleaned(rows):
    """Return the rows that have a number; log the names of the others."""
    kept = []
    for row in rows:
        if row.get("id") is None:
            log.warning("row dropped")
        else:
            kept.append(row)
    return kept
# --- witness
import logging
seen = []
handler = logging.Handler()
handler.emit = seen.append
logging.getLogger("shop.rows").addHandler(handler)
module.cleaned([{"name": "b"}])
assert seen[0].row == "b"
