# kind: asynchronous code
# reason: laziness-differs, mutation-differs
# --- original
async def numbers(lines):
    """Yield the numbers in lines."""
    for line in lines:
        yield int(line)
# --- tests
import asyncio
async def main():
    return [number async for number in numbers(["1", "2"])]
assert asyncio.run(main()) == [1, 2]
# --- rewrite
async def numbers(lines):
    """Yield the numbers in lines."""
    for number in [int(line) for line in lines]:
        yield number
# --- witness
import asyncio
async def main():
    async for number in numbers(iter(["1", "x"])):
        return number
assert asyncio.run(main()) == 1
