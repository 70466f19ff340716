# kind: asynchronous code
# reason: mutation-differs, laziness-differs
# --- original
async def rows(source, log):
    """Yield rows; note when no more are wanted."""
    try:
        for row in source:
            yield row
    finally:
        log.append("closed")
# --- tests
import asyncio
async def main(source):
    log = []
    found = [row async for row in rows(source, log)]
    assert log == ["closed"]
    return found
assert asyncio.run(main([1, 2])) == [1, 2]
assert asyncio.run(main([])) == []
# --- rewrite
async def rows(source, log):
    """Yield rows; note when no more are wanted."""
    for row in source:
        yield row
    log.append("closed")
# --- witness
import asyncio
async def main():
    log = []
    generator = rows([1, 2], log)
    async for _ in generator:
        break
    await generator.aclose()
    assert log == ["closed"]
asyncio.run(main())
