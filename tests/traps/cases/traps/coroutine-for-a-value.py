# kind: asynchronous code
# reason: kind-changed
# --- original
async def fetch(table, key):
    """Return an entry of a table."""
    if key in table:
        return table[key]
    return None
# --- tests
import asyncio
async def main():
    found = fetch({"a": 1}, "a")
    return await found if asyncio.iscoroutine(found) else found
assert asyncio.run(main()) == 1
# --- rewrite
def fetch(table, key):
    """Return an entry of a table."""
    return table.get(key)
# --- witness
import asyncio
assert asyncio.run(fetch({"a": 1}, "a")) == 1
