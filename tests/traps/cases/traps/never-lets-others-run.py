# kind: asynchronous code
# reason: laziness-differs
# --- original
import asyncio


async def total(values):
    """Add up values, and let others run after each."""
    result = 0
    for value in values:
        result += value
        await asyncio.sleep(0)
    return result
# --- tests
import asyncio
assert asyncio.run(total([1, 2])) == 3
# --- rewrite
async def total(values):
    """Add up values, and let others run after each."""
    return sum(values)
# --- witness
import asyncio
seen = []
async def other():
    for _ in range(3):
        seen.append(1)
        await asyncio.sleep(0)
async def main():
    task = asyncio.ensure_future(other())
    await total([1, 2, 3, 4])
    assert len(seen) >= 2
    await task
asyncio.run(main())
