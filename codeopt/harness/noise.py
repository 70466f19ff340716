"""Time a small loop of the harness's own against itself, to see how noisy the machine is."""

from . import loops

_UNITS = 60
_BATCH_NS = 250_000
_BODY = """
def work(calls):
    found = {}
    for number in range(calls):
        key = number % 17
        found[key] = found.get(key, 0) + number
    return found
"""


def run(_job, channel):
    """Send units of [cpu a, cpu b, wall a, wall b] in nanoseconds."""
    a, b = _version(), _version()
    started = loops.CPU()
    a(20_000), b(20_000)
    calls = max(1, int(40_000 * _BATCH_NS // max(1, loops.CPU() - started)))
    channel.send({"units": [_unit(a, b, calls, number) for number in range(_UNITS)]})


def _version():
    namespace = {}
    exec(_BODY, namespace)
    return namespace["work"]


def _unit(a, b, calls, number):
    total = [0, 0, 0, 0]
    for version in ((a, b, b, a), (b, a, a, b))[number % 2]:
        wall, cpu = loops.WALL(), loops.CPU()
        version(calls)
        cpu, wall = loops.CPU() - cpu, loops.WALL() - wall
        place = 0 if version is a else 1
        total[place] += cpu
        total[place + 2] += wall
    return total
