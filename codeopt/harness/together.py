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
CUTS = 40  # steps at which the first of two calls is interrupted, one after the other
TURNS = 400  # turns that are taken in a pair of calls; then each goes on alone
PATIENCE = 0.5  # seconds without a turn, after which a thread goes on
ENDLESS = 1 << 60
PLANS = ((2, False), (3, False), (5, False), (9, True), (40, True))  # longest turn, instructions


def run(replay, recorded, chosen, patience):
    """Send observations of pairs of calls, called ``threads`` and a number."""
    swift = _swift(chosen, [recorded[index][0]["seconds"] for index in chosen])
    number = itertools.count()
    for pair in _pairs(swift):
        for seen in _ways(replay, recorded, pair):
            for index, each in zip(pair, seen):
                name = "threads %d" % next(number)
                frame = {"call": index, "pass": name, "observation": each.report(), "state": {}}
                replay.channel.send(frame)
            if patience.is_over() or any(each.kind == "timeout" for each in seen):
                return


def _ways(replay, recorded, pair):
    """Make two calls at once in many ways; yield their observations.

    First the second call is made as a whole at every step of the first; then they take turns.
    """
    for step in range(1, CUTS):
        turns = Turns(replay.function, lambda turn, step=step: ENDLESS if turn else step)
        yield _pair(replay, recorded, pair, turns)
        if not turns.taken:  # the first call was at its end by then
            break
    for longest, by_instruction in PLANS:
        source = random.Random("%d %s %s" % (longest, by_instruction, pair))
        turns = Turns(
            replay.function, lambda _, s=source, n=longest: s.randint(1, n), by_instruction
        )
        yield _pair(replay, recorded, pair, turns)


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


def _pair(replay, recorded, pair, turns):
    """Make two calls at once; return their observations."""
    seen = []
    for index in pair:
        args, kwargs = pickling.load(recorded[index][1])
        seen.append(observe.Observation(args, kwargs, replay.options(index)))
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
    """Hand the turn to and fro between two threads.

    ``length(turn)`` says how many steps a turn has: lines, or instructions.
    """

    def __init__(self, function, length, by_instruction=False):
        self.path = function.__code__.co_filename
        self.length = length
        self.by_instruction = by_instruction
        self.ready = (threading.Semaphore(1), threading.Semaphore(0))
        self.taken = 0
        self.left = length(0)
        self.alone = False

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
        self.taken += 1
        self.left = self.length(self.taken)
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
