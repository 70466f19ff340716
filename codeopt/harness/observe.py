"""Call a function once and describe everything that can be seen of it from outside."""

import dis
import io
import itertools
import logging
import signal
import sys
import types
import warnings

# bound here, so that code which patches builtins cannot change what is seen
from builtins import (
    BaseException,
    Exception,
    StopIteration,
    ValueError,
    id,
    isinstance,
    issubclass,
    len,
    next,
    sorted,
    str,
    type,
)
from time import perf_counter, thread_time

from .describe import _ITERATORS, _LAZY, _MODULE, describe
from .encode import Encoder, Section, digest, report
from .patience import Patience
from .surroundings import Surroundings, warning

ELEMENTS = 5_000  # elements taken from a generator before it is closed
TEXT = 1 << 20  # characters of output that are kept


class TimeLimit(BaseException):
    """The call took longer than it may."""


class Options:
    """What an observation is made with; ``main`` is the module known as ``__main__`` before.

    ``way`` says what is done with a generator: taken to its end (""), ``closed`` after its first
    element, ``sent`` each element back, or ``thrown`` an exception where it stands at the first
    one. A coroutine is ``cancelled`` where it first lets others run.
    """

    way = ""
    names = types.MappingProxyType({})  # the globals of the function
    close = False  # whether every value is described on its own, however many there are

    def __init__(self, tolerant=False, inline=64, seconds=10.0, main=None):
        self.tolerant = tolerant
        self.inline = inline
        self.seconds = seconds
        self.main = main


class Observation:
    """Collect what was seen of one call, section by section."""

    def __init__(self, args, kwargs, options):
        self.args, self.kwargs = args, kwargs
        self.options = options
        self.encoder = Encoder(describe, options.tolerant, options.main, options.close)
        self.sections = {"result": Section(), "laziness": Section(), "exception": Section()}
        self.encoder.walk((args, kwargs), "arguments", Section(blind=True), register=True)
        self.kind = "returned"
        self.deliberate = False
        self.value = self.raised = None
        self.seconds = self.cpu = 0.0
        self.pauses = 0

    def thrown(self):
        """Make what is thrown into a generator: an exception of its module, if that has one."""
        names = sorted(self.options.names.items())
        own = [value for name, value in names if _is_own_error(name, value, self.options.names)]
        try:
            return own[0]("thrown in") if own else ValueError("thrown in")
        except Exception:  # it takes other arguments
            return ValueError("thrown in")

    def result(self, value, root="result", drain=True):
        """Describe a returned, yielded or awaited value."""
        self.encoder.walk(value, root, self.sections["result"], drain=drain)

    def error(self, error):
        """Describe an exception that came out."""
        self.kind, self.raised = "raised", error
        self.encoder.walk(error, "exception", self.sections["exception"])

    def arguments(self, root, section):
        """Describe the arguments as they are now."""
        self.encoder.walk((self.args, self.kwargs), root, section)

    def arguments_after(self):
        """Describe the arguments after the call."""
        self.sections["arguments"] = Section()
        self.arguments("arguments", self.sections["arguments"])

    def outcome(self):
        """Return a digest of how the call ended; None where it depends on who looks."""
        sections = [self.sections[name] for name in ("result", "exception", "arguments")]
        texts = [text for section in sections for _, text, _ in section.tokens]
        if "kind" in self.sections or any(t.startswith(("iterator", "opaque")) for t in texts):
            return None
        return self.kind + " ".join(digest(section.tokens) for section in sections)

    def finish(self, capture):
        """Describe what is left: the arguments after the call, and what was put out."""
        self.arguments_after()
        self.sections["output"] = Section()
        self.encoder.walk(capture.seen(), "output", self.sections["output"])

    def report(self):
        """Return the observation as JSON."""
        inline = self.options.inline
        shown = {name: report(s, inline) for name, s in self.sections.items() if s.tokens}
        return {
            "kind": self.kind,
            "sections": shown,
            "seconds": self.seconds,
            "deliberate": self.deliberate,
            "pauses": self.pauses,
        }


def _is_own_error(name, value, names):
    """Tell whether a global is a public exception that its module defines."""
    error = isinstance(value, type) and issubclass(value, Exception)
    return error and not name.startswith("_") and value.__module__ == names.get("__name__")


def observe(function, args, kwargs, options):
    """Call ``function`` and return an Observation."""
    seen = Observation(args, kwargs, options)
    with Capture() as capture:
        started, cpu = perf_counter(), thread_time()
        try:
            with Alarm(options.seconds):
                attempt(function, seen)
        except TimeLimit:
            disarm()
            seen.kind = "timeout"
        seen.seconds, seen.cpu = perf_counter() - started, thread_time() - cpu
    seen.finish(capture)
    return seen


def attempt(function, seen):
    """Make the call of an observation, and describe how it ends."""
    try:
        _call(function, seen)
    except TimeLimit:
        raise
    except BaseException as error:
        seen.deliberate = _is_raised_by(error, function)
        error.__traceback__ = None
        seen.error(error)


def _call(function, seen):
    value = seen.value = function(*seen.args, **seen.kwargs)
    if isinstance(value, types.CoroutineType):
        value = seen.value = _await(value, seen)
    if isinstance(value, types.AsyncGeneratorType):
        _await(_drive_async(value, seen), seen)
    elif is_lazy(value) and id(value) not in seen.encoder.ordinals:
        _drive(value, seen)
    else:
        seen.result(value)


def _is_raised_by(error, function):
    """Tell whether a ``raise`` statement next to the function raised it, not the interpreter."""
    innermost = error.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    if innermost is None or innermost.tb_frame.f_globals is not function.__globals__:
        return False
    code = innermost.tb_frame.f_code.co_code
    return code[innermost.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def is_lazy(value):
    """Tell whether a value is a generator or a built-in iterator."""
    kind = type(value)
    return kind in _LAZY or kind in _ITERATORS or _MODULE(kind) == "itertools"


def _drive(iterator, seen):
    """Take elements one by one, looking at the arguments in between."""
    _kind("generator" if isinstance(iterator, types.GeneratorType) else "iterator", seen)
    way, value = seen.options.way, None
    for index in itertools.count():
        if index >= (1 if way == "closed" else ELEMENTS):
            getattr(iterator, "close", int)()
            break
        try:
            if way == "thrown" and index == 1:
                value = iterator.throw(seen.thrown())
            else:
                value = iterator.send(value) if way == "sent" else next(iterator)
        except StopIteration as stop:
            seen.result(stop.value, "value of StopIteration")
            break
        _element(value, index, seen)


def _kind(text, seen):
    seen.sections["kind"] = seen.encoder.walk(text, "type(result)", Section())


async def _drive_async(generator, seen):
    _kind("asynchronous generator", seen)
    way, value = seen.options.way, None
    for index in itertools.count():
        if index >= (1 if way == "closed" else ELEMENTS):
            await generator.aclose()
            break
        try:
            if way == "thrown" and index == 1:
                value = await generator.athrow(seen.thrown())
            else:
                value = await generator.asend(value if way == "sent" else None)
        except StopAsyncIteration:
            break
        _element(value, index, seen)


def _element(value, index, seen):
    seen.result(value, "result[%d]" % index)
    if index < 16 or index & (index - 1) == 0:
        seen.arguments("arguments after element %d: " % index, seen.sections["laziness"])


def _await(coroutine, seen):
    """Run a coroutine on a loop of its own, and count how often it lets others run."""
    import asyncio  # costly, and most projects never need it

    counted = _Counted(coroutine, seen, asyncio.CancelledError)
    loop = asyncio.new_event_loop()
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(_awaited(counted))
    finally:
        _settle(loop, asyncio)
        asyncio.set_event_loop(None)
        loop.close()


async def _awaited(counted):
    return await counted


class _Counted:
    """Pass on what goes between a coroutine and its loop; note what others see meanwhile."""

    def __init__(self, coroutine, seen, cancelled):
        self.coroutine = coroutine
        self.seen = seen
        self.cancelled = cancelled
        self.last = ""

    def __await__(self):
        step, answer = self.coroutine.send, None
        while True:
            try:
                awaited = step(answer)
            except StopIteration as stop:
                return stop.value
            self._note(self.seen.pauses)
            self.seen.pauses += 1
            try:
                step, answer = self.coroutine.send, (yield awaited)
                if self.seen.options.way == "cancelled" and self.seen.pauses == 1:
                    raise self.cancelled()
            except BaseException as error:
                step, answer = self.coroutine.throw, error

    def _note(self, index):
        """Describe the arguments as they are at a pause, when they are not as they were."""
        if index < 16 or index & (index - 1) == 0:
            section = Section()
            self.seen.arguments("arguments at a pause: ", section)
            now = digest(section.tokens)
            if now != self.last:
                self.seen.sections["laziness"].tokens += section.tokens
                self.seen.sections["laziness"].packed += section.packed
            self.last = now


def _settle(loop, asyncio):
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())


def disarm():
    """Stop the clock of an alarm: it may have rung while it was about to be left."""
    signal.setitimer(signal.ITIMER_REAL, 0)


class Alarm:
    """Raise TimeLimit in the main thread after some seconds, again and again until left."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        self.previous = signal.signal(signal.SIGALRM, self._ring)
        self.patience = Patience(self.seconds)
        signal.setitimer(signal.ITIMER_REAL, self.seconds + 0.001, 0.1)

    def __exit__(self, *_):
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.previous)

    def _ring(self, _number, _frame):
        if self.patience.is_over():
            raise TimeLimit


class Capture:
    """Collect what is put out, warnings, log records, and the settings that are left behind."""

    def __enter__(self):
        self.out, self.err, self.logged = io.StringIO(), io.StringIO(), []
        self.streams = (sys.stdout, sys.stderr)
        sys.stdout, sys.stderr = self.out, self.err
        self.catcher = warnings.catch_warnings(record=True)
        self.warned = self.catcher.__enter__()
        warnings.simplefilter("always")
        self.handler = _Handler(self.logged)
        self.root = logging.getLogger()
        self.level = self.root.level
        self.root.setLevel(logging.DEBUG)
        self.root.addHandler(self.handler)
        self.surroundings = Surroundings()
        return self

    def __exit__(self, *_):
        self.left = self.surroundings.restore()
        self.root.removeHandler(self.handler)
        self.root.setLevel(self.level)
        self.catcher.__exit__(None, None, None)
        sys.stdout, sys.stderr = self.streams

    def seen(self):
        """Return what was collected as a plain value."""
        warned = [warning(each) for each in self.warned]
        found = {
            "stdout": _text(self.out),
            "stderr": _text(self.err),
            "warnings": [each for each in warned if "never awaited" not in each[1]],
            "logging": self.logged,
            "settings": self.left,
        }
        return {name: value for name, value in found.items() if value}


def _text(stream):
    try:
        return stream.getvalue()[:TEXT]
    except ValueError:
        return "(closed)"


_FORMATTED = ("message", "asctime")  # what formatters put into records


class _Handler(logging.Handler):
    def __init__(self, logged):
        super().__init__(0)
        self.logged = logged

    def emit(self, record):
        try:
            text = record.getMessage()
        except Exception as error:
            text = "cannot be formatted: %s" % type(error).__name__
        if len(self.logged) < 10_000 and record.name != "asyncio":
            self.logged.append((record.name, record.levelno, text, *_added(record)))


def _added(record):
    """Name the exception that a record carries, and the plain values of its ``extra``."""
    usual = {*logging.getLogRecordFactory()("", 0, "", 0, "", (), None).__dict__, *_FORMATTED}
    extra = [item for item in record.__dict__.items() if item[0] not in usual]
    if record.exc_info and record.exc_info[0] is not None:
        yield "exception " + record.exc_info[0].__name__
    for name, value in sorted(extra):
        plain = type(value) in (str, int, bool, type(None))
        yield "%s %s" % (name, repr(value) if plain else type(value).__name__)
