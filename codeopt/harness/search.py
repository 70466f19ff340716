"""Search for inputs that take branches, and come near boundaries, which no input took before.

What an input reaches is told by the probes in a copy of the function (``probes``). An input that
shows something new joins those that are changed further, so that the search gets to conditions
that no single change meets. It is bounded by counts, so that it finds the same on a busy machine;
time is only the last resort.
"""

import random
import types

from . import observe, pickling
from .patience import Patience
from .probes import Enough

TRIES, TRIES_A_PROBE, MOST_TRIES = 250, 40, 1600
STEPS = 3000  # probes that one run may pass
ALL_STEPS = 500_000
BYTES = 12 << 20  # pickled inputs of all runs together
ELEMENTS = 200  # elements taken from a generator
_CLOSENESS = {"near", "apart", "prefix", "same"}  # what only tells how close a comparison was
CALL_SECONDS, SECONDS = 0.25, 8.0


class Search:
    """Look for inputs of a function with probes; ``domain`` says which inputs count."""

    def __init__(self, function, probes, domain):
        self.function = function
        self.probes = probes
        self.domain = domain
        self.seen = set()
        self.corpus = []
        self.steps, self.bytes = ALL_STEPS, BYTES
        self.patience = Patience(SECONDS)

    def learn(self, blobs):
        """Make known calls, and remember what they reach."""
        for blob in blobs:
            if self._goes_on():
                self.seen |= self._reached(blob)
                self.corpus.append(blob)

    def find(self, seed, sites, change):
        """Return new inputs, pickled, those first that took another branch.

        ``change(random, call)`` makes a call from a known one; ``sites`` is how many probes there
        are, with which the number of tries grows.
        """
        branches, boundaries, others = [], [], []
        for number in range(min(TRIES + TRIES_A_PROBE * sites, MOST_TRIES)):
            if not self.corpus or not self._goes_on():
                break
            generator = random.Random("%s search %d" % (seed, number))
            late = self.corpus[-12:] if generator.random() < 0.5 else self.corpus
            blob = self._changed(generator, generator.choice(late), change)
            new = self._reached(blob) - self.seen if blob else ()
            if new:
                self.seen |= new
                self.corpus.append(blob)
                if any(_CLOSENESS.isdisjoint(feature) for feature in new):
                    branches.append(blob)
                elif any("near" in feature for feature in new):
                    boundaries.append(blob)
                else:
                    others.append(blob)
        return branches + boundaries + others

    def _goes_on(self):
        return self.steps > 0 and self.bytes > 0 and not self.patience.is_over()

    def _changed(self, generator, blob, change):
        try:
            call = change(generator, pickling.load(blob))
            return pickling.dump(call, {}) if self.domain.knows(*call) else None
        except Exception:  # the project's objects: whatever they raise, this is no input
            return None

    def _reached(self, blob):
        """Make a call; return what it showed."""
        self.bytes -= len(blob)
        try:
            args, kwargs = pickling.load(blob)
        except Exception:  # the project's objects may refuse what they would be made of
            return set()
        self.probes.start(STEPS)
        try:
            with observe.Alarm(CALL_SECONDS):
                ended = _outcome(self.function(*args, **kwargs))
        except Enough:
            ended = ("stopped",)
        except (observe.TimeLimit, MemoryError):  # nobody waits for such an input again
            observe.disarm()
            return set()
        except BaseException as error:
            ended = ("raised", type(error).__name__, _line(error))
        finally:
            self.steps -= STEPS - max(self.probes.left, 0)
        return self.probes.seen | {ended}


def _outcome(value):
    if isinstance(value, types.GeneratorType):
        count = sum(1 for _ in zip(range(ELEMENTS), value))
        return ("yielded", min(count, 3))
    if isinstance(value, types.CoroutineType):
        value.close()
    kind = type(value)
    size = min(len(value), 3) if kind in (str, bytes, list, tuple, dict, set) else value is None
    return ("returned", kind.__name__, size)


def _line(error):
    """Return the line in the function where an exception came out."""
    trace = error.__traceback__.tb_next
    return trace.tb_lineno if trace is not None else 0
