# kind: asynchronous code
# reason: mutation-differs
# target: collected
# --- original
import asyncio


async def collected(state, numbers):
    """Add up numbers, and let others run after each; ``state`` says whether that is going on."""
    state["busy"] = True
    try:
        total = 0
        for number in numbers:
            await asyncio.sleep(0)
            total += number
        return total
    finally:
        state["busy"] = False
# --- tests
import asyncio
state = {"busy": False}
assert asyncio.run(collected(state, [1, 2])) == 3
assert state == {"busy": False}
# --- rewrite
async def collected(state, numbers):
    """Add up numbers, and let others run after each; ``state`` says whether that is going on."""
    state["busy"] = True
    total = 0
    for number in numbers:
        await asyncio.sleep(0)
        total += number
    state["busy"] = False
    return total
# --- witness
import asyncio
state = {}
async def main():
    task = asyncio.ensure_future(module.collected(state, [1, 2]))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
asyncio.run(main())
assert state == {"busy": False}
