# kind: asynchronous code
# reason: forbidden-import
# --- original
async def run_all(jobs):
    """Run jobs one after the other."""
    out = []
    for job in jobs:
        out.append(await job())
    return out
# --- tests
import asyncio
async def one():
    return 1
assert asyncio.run(run_all([one, one])) == [1, 1]
# --- rewrite
from asyncio import gather


async def run_all(jobs):
    """Run jobs one after the other."""
    return list(await gather(*(job() for job in jobs)))
# --- witness
import asyncio
seen = []
async def slow():
    seen.append("begin")
    await asyncio.sleep(0)
    seen.append("end")
asyncio.run(run_all([slow, slow]))
assert seen == ["begin", "end", "begin", "end"]
