# kind: objects
# --- original
import asyncio


async def gathered(table, keys):
    """Return the entries of keys, letting others run in between."""
    out = []
    for key in keys:
        if key in table.keys():
            out.append(table[key])
        await asyncio.sleep(0)
    return out
# --- tests
import asyncio
assert asyncio.run(gathered({"a": 1}, ["a", "b"])) == [1]
assert asyncio.run(gathered({}, [])) == []
# --- rewrite
async def gathered(table, keys):
    """Return the entries of keys, letting others run in between."""
    out = []
    sleep = asyncio.sleep
    for key in keys:
        if key in table:
            out.append(table[key])
        await sleep(0)
    return out
