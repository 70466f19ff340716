"""Read the frames of a running CPython from outside, through an open ``/proc/self/mem``.

Nothing of the process is stopped or asked, so that a sample falls anywhere, not only where the
interpreter looks for signals, and nothing can crash it. No table of structure layouts is needed:
the process finds its own by looking for values that it knows (``calibrate``), and a reader that
inherited the descriptor walks them. What changed while it was read fails a check of types.
"""

import ctypes
import os
import struct
import sys
import threading

_FIELDS = 24  # words of a thread state, frame or code object that are looked at
_STATE_FIELDS = 96
_THREAD_BYTES = 2048
_MOST_BYTES = 1 << 16


class Unreadable(Exception):
    """The layout could not be found, or memory changed under the reader."""


class Memory:
    """Read words and bytes at addresses; raises Unreadable."""

    def __init__(self, descriptor):
        self.descriptor = descriptor

    def bytes(self, address, size):
        """Read exactly ``size`` bytes."""
        try:
            data = os.pread(self.descriptor, size, address)
        except (OSError, OverflowError, ValueError) as error:
            raise Unreadable(str(error))
        if len(data) != size:
            raise Unreadable("short read")
        return data

    def words(self, address, count):
        """Read 64-bit words."""
        return struct.unpack("<%dQ" % count, self.bytes(address, 8 * count))

    def alive(self, address):
        """Tell whether the memory is still there: it ends with the process, and with exec."""
        try:
            return len(os.pread(self.descriptor, 8, address)) == 8
        except OSError:
            return False


def calibrate(descriptor):
    """Return the layout of this interpreter as a dict; raises Unreadable."""
    if sys.implementation.name != "cpython" or struct.calcsize("P") != 8:
        raise Unreadable("not a 64-bit CPython")
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        raise Unreadable("without a GIL")
    memory = Memory(descriptor)
    try:
        return _layout(memory, _bases(memory))
    except (ValueError, StopIteration, AttributeError, struct.error) as error:
        raise Unreadable("no known layout: %s" % error)


def _layout(memory, bases):
    """Look for every field; each is checked on all frames of the stack."""
    function = ctypes.pythonapi.PyThreadState_Get
    function.restype = ctypes.c_void_p
    layout = {"state": function(), "none": id(None), "code_type": id(type(_layout.__code__))}
    layout["direct"] = bases[0][1] == id(bases[0][0])
    layout["entry"] = _entry(layout["state"], memory.descriptor, layout["direct"])
    layout.update(_code_fields(memory))
    layout.update(_frame_fields(memory, bases, layout))
    layout["text"] = dict(
        _text_shape(memory, sample) for sample in ("a", "\xe9", "\u20ac", "\U0001f600")
    )
    if len(layout["text"]) != 4:
        raise Unreadable("no known layout of text")
    layout["ident"] = _index(memory.words(layout["state"], _STATE_FIELDS), threading.get_ident())
    thread = memory.bytes(threading.get_ident(), _THREAD_BYTES)
    layout["tid"] = thread.index(struct.pack("<i", threading.get_native_id()))
    return layout


def _bases(memory):
    """Pair the frames of this stack with the addresses of what the interpreter links."""
    frames, frame = [], sys._getframe()
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    if sys.version_info < (3, 11):
        return [(each, id(each)) for each in frames]
    return [(each, memory.words(id(each), 4)[3]) for each in frames]


def _entry(state, descriptor, direct):
    """Find how a thread state leads to its current frame: (index,) or (index, index).

    The frame that runs is the one that reads, so there must be no call to Python in between.
    """
    frame = sys._getframe()
    here = id(frame)
    if not direct:
        here = struct.unpack("<4Q", os.pread(descriptor, 32, id(frame)))[3]
    fields = struct.unpack("<%dQ" % _FIELDS, os.pread(descriptor, 8 * _FIELDS, state))
    for index, word in enumerate(fields):
        if word == here:
            return (index,)
    for index, word in enumerate(fields):
        try:
            inner = struct.unpack("<4Q", os.pread(descriptor, 32, word))
        except (OSError, OverflowError, struct.error):
            continue
        if here in inner:
            return (index, inner.index(here))
    raise Unreadable("the current frame was not found")


def _code_fields(memory):
    """Find the fields of code objects on one whose values are all different."""
    outer = compile("def outer():\n def inner():\n  pass\n", "<file>", "exec").co_consts
    code = next(each for each in outer if hasattr(each, "co_code"))
    code = next(each for each in code.co_consts if hasattr(each, "co_code"))
    code = code.replace(co_firstlineno=0x51A5)
    raw = memory.bytes(id(code), 8 * _FIELDS * 2)
    words = struct.unpack("<%dQ" % (2 * _FIELDS), raw)
    table = code.co_linetable if hasattr(code, "co_linetable") else code.co_lnotab
    found = {
        "filename": _index(words, id(code.co_filename)),
        "name": _index(words, id(getattr(code, "co_qualname", code.co_name))),
        "table": _index(words, id(table)),
        "first": raw.index(struct.pack("<i", 0x51A5)),
    }
    start = raw.find(code.co_code)
    found["start"] = start if sys.version_info >= (3, 11) else 0
    found["code_words"] = (
        max(found["filename"], found["name"], found["table"], found["first"] // 8) + 1
    )
    if found["start"] < 0:
        raise Unreadable("the instructions were not found")
    return found


def _frame_fields(memory, bases, layout):
    """Find code, caller and instruction in frames; the frames above the first stand still."""
    still = bases[1:]
    fields = [memory.words(base, _FIELDS) for _, base in still]
    raw = [memory.bytes(base, 8 * _FIELDS) for _, base in still]
    codes = [id(frame.f_code) for frame, _ in still]
    return {
        "code": _common([[w & ~3 == c for w in f] for f, c in zip(fields, codes)]),
        # further up, frames that were called from C have something else in between
        "previous": _common([[w == up for w in f] for f, (_, up) in zip(fields[:2], still[1:3])]),
        "instruction": _instruction(still, fields, raw, layout),
    }


def _instruction(still, fields, raw, layout):
    if not layout["direct"]:
        wanted = [id(f.f_code) + layout["start"] + f.f_lasti for f, _ in still]
        return _common([[w == each for w in f] for f, each in zip(fields, wanted)])
    unit = 2 if sys.version_info >= (3, 10) else 1
    numbers = [struct.unpack("<%di" % (2 * _FIELDS), data) for data in raw]
    return _common([[n == f.f_lasti // unit for n in ns] for ns, (f, _) in zip(numbers, still)])


def _common(tables):
    """Return the first position that holds in every table."""
    if not tables:
        raise ValueError("nothing to compare")
    return next(i for i, hits in enumerate(zip(*tables)) if all(hits))


def _index(values, wanted):
    return values.index(wanted)


def _text_shape(memory, letter):
    """Return (state, (width, offset of the data)) of texts made of one kind of letter."""
    text = letter * 20
    width = 1 if letter < "\u0100" else 2 if letter < "\U00010000" else 4
    data = text.encode({1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}[width])
    raw = memory.bytes(id(text), 96 + len(data))
    return _text_state(raw), (width, raw.index(data))


def _text_state(raw):
    return struct.unpack_from("<I", raw, 32)[0] >> 2 & 0x1F


class Reader:
    """Walk the stacks of a process whose layout is known."""

    def __init__(self, memory, layout):
        self.memory = memory
        self.layout = layout
        self.codes = {}

    def threads(self):
        """Yield (native thread id, address of its thread state), the main thread first."""
        state = self.layout["state"]
        for _ in range(256):
            if not state:
                return
            words = self.memory.words(state, self.layout["ident"] + 1)
            ident = words[self.layout["ident"]]
            tid = self.memory.bytes(ident + self.layout["tid"], 4) if ident else bytes(4)
            yield struct.unpack("<i", tid)[0], state
            state = words[0]  # newer threads come before the main one

    def stack(self, state, depth=400):
        """Return the frames of a thread as (path, name, line), outermost first."""
        layout, found = self.layout, []
        frame = self._current(state)
        words = 1 + max(layout["code"], layout["previous"], self._instruction_word())
        while frame and len(found) < depth:
            raw = self.memory.bytes(frame, 8 * words)
            fields = struct.unpack("<%dQ" % words, raw)
            code = fields[layout["code"]] & ~3
            if code and code != layout["none"]:
                found.append(self._described(code, self._offset(raw, fields, code)))
            frame = fields[layout["previous"]]
        return tuple(reversed([each for each in found if each]))

    def _instruction_word(self):
        index = self.layout["instruction"]
        return index // 2 if self.layout["direct"] else index

    def _current(self, state):
        address = state
        for index in self.layout["entry"]:
            address = self.memory.words(address + 8 * index, 1)[0]
        return address

    def _offset(self, raw, fields, code):
        """Return the byte offset of the instruction that a frame is at."""
        index = self.layout["instruction"]
        if not self.layout["direct"]:
            return fields[index] - code - self.layout["start"]
        unit = 2 if sys.version_info >= (3, 10) else 1
        return struct.unpack_from("<i", raw, 4 * index)[0] * unit

    def _described(self, code, offset):
        """Look a code object up; one that moved in at the same address is told from the old one."""
        layout = self.layout
        raw = self.memory.bytes(code, 8 * layout["code_words"])
        known = self.codes.get(raw[16:])
        if known is None:
            words = struct.unpack("<%dQ" % layout["code_words"], raw)
            if words[1] != layout["code_type"]:
                raise Unreadable("not a code object")
            known = self.codes[raw[16:]] = self._read_code(raw, words)
        path, name, lines = known
        return (path, name, _line(lines, offset)) if path[:1] != "<" or lines else None

    def _read_code(self, raw, words):
        layout = self.layout
        first = struct.unpack_from("<i", raw, layout["first"])[0]
        lines = _lines(first, self._read_bytes(words[layout["table"]]))
        return (
            self._read_text(words[layout["filename"]]),
            self._read_text(words[layout["name"]]),
            lines,
        )

    def _read_bytes(self, address):
        size = self.memory.words(address + 16, 1)[0]
        if size > _MOST_BYTES:
            raise Unreadable("too long")
        return self.memory.bytes(address + 32, size)

    def _read_text(self, address):
        head = self.memory.bytes(address, 40)
        width, offset = self.layout["text"].get(_text_state(head), (0, 0))
        size = struct.unpack_from("<Q", head, 16)[0]
        if not width or size > _MOST_BYTES:
            raise Unreadable("not a text")
        data = self.memory.bytes(address + offset, size * width)
        return data.decode({1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}[width], "replace")


def _lines(first, table):
    """Decode a table of line numbers into (start, line) pairs, by a code object made for it."""
    code = (lambda: None).__code__
    if sys.version_info < (3, 10):
        import dis

        whole = code.replace(co_firstlineno=first, co_lnotab=table, co_code=bytes(1 << 17))
        return list(dis.findlinestarts(whole))
    made = code.replace(co_firstlineno=first, co_linetable=table)
    return [(start, line) for start, _, line in made.co_lines() if line is not None]


def _line(lines, offset):
    """Return the line at a byte offset."""
    found = lines[0][1] if lines else 0
    for start, line in lines:
        if start > offset:
            break
        found = line
    return found
