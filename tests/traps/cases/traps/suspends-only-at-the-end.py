# kind: asynchronous code
# reason: laziness-differs, mutation-differs, order-differs, result-differs
# --- original
import asyncio


async def fed(log, values):
    """Put values into a log, and let others run after each."""
    for value in values:
        log.append(value)
        await asyncio.sleep(0)
    return len(log)
# --- tests
import asyncio
assert asyncio.run(fed([], [1, 2, 3])) == 3
assert asyncio.run(fed([], [])) == 0
# --- rewrite
async def fed(log, values):
    """Put values into a log, and let others run after each."""
    log.extend(values)
    for _ in values:
        await asyncio.sleep(0)
    return len(log)
# --- witness
import asyncio
async def main():
    log = []
    task = asyncio.ensure_future(fed(log, [1, 2, 3]))
    await asyncio.sleep(0)
    assert len(log) < 3
    await task
asyncio.run(main())
