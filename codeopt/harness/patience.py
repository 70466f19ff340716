"""Limits of time that mean nearly the same on a busy machine as on a quiet one."""

from time import perf_counter, process_time

IDLE = 5.0  # real seconds that a second of work may take: sleeping and waiting count here


class Patience:
    """Tell when a number of seconds is used up, from now on."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.worked, self.started = process_time(), perf_counter()

    def is_over(self):
        """Tell whether the process has worked this long, or has waited much longer."""
        if perf_counter() - self.started < self.seconds:
            return False
        worked = process_time() - self.worked >= self.seconds
        return worked or perf_counter() - self.started >= IDLE * self.seconds
