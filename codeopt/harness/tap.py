"""Tap one function: its code object is exchanged, so that every reference to it counts.

A sampled call goes through a stub that hands it to the recorder. On Python 3.12 and later the stub
is in place for that one call only, and calls in between are counted by ``sys.monitoring``; before,
a stub that counts stays in place.
"""

import inspect
import sys
import types

EVENTS = 20_000  # line events of one call after which lines are no longer collected
MONITORED = sys.version_info >= (3, 12)
_HOOK, _NEXT, _CLONE = 7919.5, 7927.5, 7933.5  # constants that are replaced by objects
_BODIES = {
    "function": "def stub(*args, **kwargs):{free}{count}\n  hook = {hook}\n"
    "  return hook(args, kwargs)",
    "generator": "def stub(*args, **kwargs):{free}{count}\n  hook = {hook}\n"
    "  return (yield from hook(args, kwargs))",
    "coroutine": "async def stub(*args, **kwargs):{free}{count}\n  hook = {hook}\n"
    "  return await hook(args, kwargs)",
    "async_generator": "async def stub(*args, **kwargs):{free}{count}\n  hook = {hook}\n"
    "  async for value in hook(args, kwargs):\n   yield value",
}
_COUNT = "\n  advance = {next}\n  clone = {clone}\n  if not advance():"
_COUNTS = {
    "function": _COUNT + " return clone(*args, **kwargs)",
    "generator": _COUNT + " return (yield from clone(*args, **kwargs))",
    "coroutine": _COUNT + " return await clone(*args, **kwargs)",
    "async_generator": _COUNT + "\n"
    "   async for value in clone(*args, **kwargs): yield value\n   return",
}


def kind_of(function):
    """Tell what calling a function gives."""
    if inspect.isasyncgenfunction(function):
        return "async_generator"
    if inspect.iscoroutinefunction(function):
        return "coroutine"
    return "generator" if inspect.isgeneratorfunction(function) else "function"


class Tap:
    """Lead sampled calls of ``function`` through ``hook(args, kwargs)``.

    The hook calls ``self.clone`` to do the work.
    """

    def __init__(self, function, hook, advance):
        self.function = function
        self.kind = kind_of(function)
        self.code = function.__code__
        self.codes = nested(self.code)
        self.advance = advance
        self.clone = types.FunctionType(
            self.code,
            function.__globals__,
            function.__name__,
            function.__defaults__,
            function.__closure__,
        )
        self.clone.__kwdefaults__ = function.__kwdefaults__
        self.clone.__qualname__ = function.__qualname__
        self.stub = self._compile(hook)
        self.signature = self._sign()

    def _compile(self, hook):
        """Build a code object with the free variables that the function's own has."""
        free = "".join("\n  if 0: %s" % name for name in self.code.co_freevars)
        count = "" if MONITORED else _COUNTS[self.kind].format(next=_NEXT, clone=_CLONE)
        text = _BODIES[self.kind].format(free=free, count=count, hook=_HOOK)
        lines = ["def make(%s):" % ", ".join(self.code.co_freevars)]
        lines += [" " + line for line in text.splitlines()]
        code = compile("\n".join(lines), "<codeopt>", "exec", dont_inherit=True)
        made = next(c for c in code.co_consts if isinstance(c, types.CodeType))
        stub = next(c for c in made.co_consts if isinstance(c, types.CodeType))
        objects = {_HOOK: hook, _NEXT: self.advance, _CLONE: self.clone}
        constants = tuple(
            objects.get(value, value) if type(value) is float else value for value in stub.co_consts
        )
        return stub.replace(co_consts=constants, co_name=self.code.co_name)

    def put(self):
        """Let the next call go through the stub."""
        if self.signature is not None:
            vars(self.function).setdefault("__signature__", self.signature)
        self.function.__code__ = self.stub

    def remove(self):
        """Put the function's own code back."""
        self.function.__code__ = self.code
        if vars(self.function).get("__signature__") is self.signature:
            vars(self.function).pop("__signature__", None)

    def _sign(self):
        """Keep the signature, which the stub's code does not show."""
        try:
            return inspect.signature(self.function)
        except (ValueError, TypeError):
            return None


def nested(code):
    """List the code of a function with that of the functions, lambdas and comprehensions in it."""
    found = [code]
    for each in code.co_consts:
        if inspect.iscode(each):
            found += nested(each)
    return found


class Monitor:
    """Count calls, and collect the lines that run, by local ``sys.monitoring`` events."""

    def __init__(self):
        self.taps = {}
        self.advances = {}
        self.lines = {}
        self.left = 0
        self.tool = None
        free = [tool for tool in (4, 3, 1, 0) if sys.monitoring.get_tool(tool) is None]
        if free:
            self.tool = free[0]
            sys.monitoring.use_tool_id(self.tool, "codeopt")
            events = sys.monitoring.events
            sys.monitoring.register_callback(self.tool, events.PY_START, self._starter())
            sys.monitoring.register_callback(self.tool, events.LINE, self._line)

    def watch(self, tap):
        """Count the calls of a tap; its code is exchanged before a call that is sampled."""
        self.taps[id(tap.code)] = tap
        self.advances[id(tap.code)] = tap.advance
        self._listen(tap.code, sys.monitoring.events.PY_START)

    def follow(self, code, lines):
        """Collect into ``lines`` the lines of ``code`` that run until ``unfollow``."""
        self.left = EVENTS
        self.lines.setdefault(id(code), []).append(lines)
        self._listen(code, self._starts(code) | sys.monitoring.events.LINE)

    def unfollow(self, code, lines):
        """Stop collecting lines."""
        active = self.lines.get(id(code), [])
        active[:] = [other for other in active if other is not lines]
        if not active:
            self._listen(code, self._starts(code))

    def _starts(self, code):
        return sys.monitoring.events.PY_START if id(code) in self.taps else 0

    def _listen(self, code, events):
        if self.tool is not None:
            sys.monitoring.set_local_events(self.tool, code, events)

    def _starter(self):
        advances, taps = self.advances, self.taps

        def start(code, _offset):
            if advances[id(code)]():
                taps[id(code)].put()

        return start

    def _line(self, code, line):
        for lines in self.lines.get(id(code), ()):
            lines.add(line)
        self.left -= 1
        if self.left < 0:
            self._listen(code, self._starts(code))


class Tracer:
    """Collect the lines that run by ``sys.settrace``, where nobody else traces."""

    def __init__(self):
        self.lines = {}
        self.left = 0

    def watch(self, tap):
        """Do nothing: the stub counts."""

    def follow(self, code, lines):
        """Collect into ``lines`` the lines of ``code`` that run until ``unfollow``."""
        if sys.gettrace() in (None, self._enter):
            self.left = EVENTS
            self.lines.setdefault(id(code), []).append(lines)
            sys.settrace(self._enter)

    def unfollow(self, code, lines):
        """Stop collecting lines."""
        active = self.lines.get(id(code), [])
        active[:] = [other for other in active if other is not lines]
        if not active:
            self.lines.pop(id(code), None)
        if not self.lines and sys.gettrace() == self._enter:
            sys.settrace(None)

    def _enter(self, frame, _event, _argument):
        return self._local if id(frame.f_code) in self.lines else None

    def _local(self, frame, event, _argument):
        if event == "line":
            self.left -= 1
            for lines in self.lines.get(id(frame.f_code), ()):
                lines.add(frame.f_lineno)
        return self._local if self.left > 0 else None
