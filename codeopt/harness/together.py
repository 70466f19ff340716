"""Call the target from two threads at once, which take turns by a plan: the same races each time.

A trace function in each thread hands the turn to the other between two lines, or two instructions,
of the target's file. A thread that waits for a lock which the other holds lets it go on after a
while, so that code with locks reaches its end.
"""

import itertools
import random
import sys
import threading

from . import observe, pickling

SWIFT = 0.05  # seconds: calls that take longer are not made under a trace function
PAIRS = 24
TURNS = 400  # turns that are taken in a pair of calls; then each goes on alone
PATIENCE = 0.5  # seconds without a turn, after which a thread goes on
PLANS = ((1, False), (2, False), (5, False), (9, True), (40, True))  # longest turn, instructions


def run(replay, recorded, chosen, patience):
    """Send observations of pairs of calls, called ``threads`` and a number."""
    swift = _swift(chosen, [recorded[index][0]["seconds"] for index in chosen])
    number = itertools.count()
    for pair in _pairs(swift):
        for plan in PLANS:
            if patience.is_over():
                return
            seen = _pair(replay, recorded, pair, plan)
            for index, each in zip(pair, seen):
                name = "threads %d" % next(number)
                frame = {"call": index, "pass": name, "observation": each.report(), "state": {}}
                replay.channel.send(frame)
            if any(each.kind == "timeout" for each in seen):
                return


def _swift(chosen, seconds):
    """Leave out slow calls, but not the two quickest: the figures are those of a busy machine."""
    quickest = sorted(seconds)[:2]
    return [i for i, each in zip(chosen, seconds) if each < SWIFT or each in quickest]


def _pairs(indices):
    """Pair each call with the next one, some with themselves; at most PAIRS."""
    found = list(zip(indices, itertools.islice(indices, 1, None))) + [
        (index, index) for index in indices[:4]
    ]
    step = max(1.0, len(found) / PAIRS)
    return [found[int(index * step)] for index in range(min(PAIRS, len(found)))]


def _pair(replay, recorded, pair, plan):
    """Make two calls at once; return their observations."""
    seen = []
    for index in pair:
        args, kwargs = pickling.load(recorded[index][1])
        seen.append(observe.Observation(args, kwargs, replay.options(index)))
    turns = Turns(replay.function, plan)
    bodies = [(turns, me, replay.function, each) for me, each in enumerate(seen)]
    threads = [threading.Thread(target=_body, args=body, daemon=True) for body in bodies]
    with observe.Capture():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(replay.job["seconds"])
    for thread, each in zip(threads, seen):
        if thread.is_alive():
            each.kind, each.sections = "timeout", {}
    return seen


def _body(turns, me, function, seen):
    turns.wait(me)
    sys.settrace(turns.tracer(me))
    try:
        observe.attempt(function, seen)
        seen.arguments_after()
    finally:
        sys.settrace(None)
        turns.leave(me)


class Turns:
    """Hand the turn to and fro between two threads, after random numbers of steps."""

    def __init__(self, function, plan):
        self.longest, self.by_instruction = plan
        self.path = function.__code__.co_filename
        self.random = random.Random("%d %s" % plan)
        self.ready = (threading.Semaphore(1), threading.Semaphore(0))
        self.left = self._length()
        self.taken = 0
        self.alone = False

    def _length(self):
        return self.random.randint(1, self.longest)

    def tracer(self, me):
        """Return a trace function that counts steps in the file of the target."""
        kind = "opcode" if self.by_instruction else "line"

        def enter(frame, _event, _argument):
            if frame.f_code.co_filename != self.path or self.alone:
                return None
            frame.f_trace_opcodes = self.by_instruction
            return step

        def step(_frame, event, _argument):
            if event == kind and not self.alone:
                self._step(me)
            return step

        return enter

    def _step(self, me):
        self.left -= 1
        if self.left > 0:
            return
        self.left = self._length()
        self.taken += 1
        self.alone = self.taken > TURNS
        self.ready[1 - me].release()
        if not self.alone:
            self.wait(me)

    def wait(self, me):
        """Wait for the turn; after a while take it, since the other may wait for a lock."""
        if not self.ready[me].acquire(timeout=PATIENCE):
            self.alone = True

    def leave(self, me):
        """Let the other go on to its end."""
        self.alone = True
        self.ready[1 - me].release()
