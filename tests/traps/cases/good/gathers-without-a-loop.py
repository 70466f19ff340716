# kind: objects
# --- original
async def collected(source, wanted):
    """Return what an asynchronous source yields, if it is wanted."""
    out = []
    async for item in source(3):
        if item in list(wanted):
            out.append(item)
    return out


async def counting(n):
    """Yield numbers."""
    for i in range(n):
        yield i
# --- tests
import asyncio
assert asyncio.run(collected(module.counting, [1, 2])) == [1, 2]
# --- rewrite
async def collected(source, wanted):
    """Return what an asynchronous source yields, if it is wanted."""
    wanted = list(wanted)
    return [item async for item in source(3) if item in wanted]
