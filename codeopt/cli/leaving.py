"""Leave when told to, by Ctrl-C or a signal: first in good order, when told again at once.

The first signal becomes an exception, so that everything is cleaned up and the way on is told.
Another exception would hit the cleaning itself, at worst a ``__del__``, where Python prints and
loses it; so the second signal ends the process where it stands. That costs no more than a kill:
what was journalled stays, keepers end what is sandboxed, and the next run removes the trees.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import Any

_HEEDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# what the terminal has sent to the whole group, a wrapper (make, npm, timeout) may pass on again
_ONE_PRESS = 0.2
_SOON = 0.01
_SHOW_CURSOR = b"\x1b[?25h"


class Leaving:
    """Hold whether codeopt has been told to leave; ``told`` says that it has said so."""

    def __init__(self) -> None:
        self.told = False
        self._code: int | None = None
        self._since: float | None = None
        self._number = int(signal.SIGINT)

    def watch(self) -> None:
        """Heed signals, but for those that whoever started codeopt has it ignore (nohup)."""
        for number in _HEEDED:
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._on_signal)
        sys.unraisablehook = self._on_unraisable
        atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)  # what is left takes no time

    def stay(self) -> None:
        """Go on after all: what was stopped was a part of what codeopt does."""
        self._since = None

    def rest(self, code: int) -> None:
        """Let a signal end at once with a code what is left: threads that Python waits for."""
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        self._code = code

    def _on_signal(self, number: int, frame: object) -> None:
        now = time.monotonic()
        if self._code is not None:
            os._exit(self._code)
        elif self._since is None:
            self._since, self._number = now, number
            self._raise()
        elif now - self._since > _ONE_PRESS:
            self._end(number)

    def _raise(self, *_: object) -> None:
        if self._number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(128 + self._number)

    def _end(self, number: int) -> None:
        """End the process; what it writes goes past objects that may be in use."""
        if os.isatty(2):
            os.write(2, _SHOW_CURSOR)
        if not self.told:
            os.write(2, b"codeopt: interrupted\n")
        os._exit(128 + number)

    def _on_unraisable(self, what: Any) -> None:
        """Raise again, a moment later, what came in a ``__del__``, which cannot raise."""
        is_main = threading.current_thread() is threading.main_thread()
        if is_main and issubclass(what.exc_type, KeyboardInterrupt | SystemExit):
            signal.signal(signal.SIGALRM, self._raise)
            signal.setitimer(signal.ITIMER_REAL, _SOON)
        else:
            sys.__unraisablehook__(what)


leaving = Leaving()
