"""Run independent jobs in threads: they mostly wait for sandboxed processes."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_Work = tuple["Future[Any]", Callable[[Any], Any], Any]


class LocalExecutor:
    """Run up to ``workers`` jobs at a time.

    The threads are daemons: Ctrl-C does not wait for jobs that are under way, whose sandboxes end
    with codeopt.
    """

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise ValueError(f"an executor needs a worker, not {workers}")
        self.workers = workers

    def map(self, job: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Apply ``job`` to every item; results come in the order of the items.

        The first exception of a job is raised in its place and, as when the caller stops early,
        no further job is started. Items are taken as workers get free.
        """
        queue: SimpleQueue[_Work | None] = SimpleQueue()
        waiting: deque[Future[R]] = deque()
        threads = 0
        try:
            for item in items:
                if threads < self.workers:
                    threads += 1
                    threading.Thread(target=_work, args=(queue,), daemon=True).start()
                future: Future[R] = Future()
                waiting.append(future)
                queue.put((future, job, item))
                if len(waiting) > self.workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
            for _ in range(threads):
                queue.put(None)


def _work(queue: SimpleQueue[_Work | None]) -> None:
    while (work := queue.get()) is not None:
        future, job, item = work
        if not future.set_running_or_notify_cancel():
            continue
        try:
            result = job(item)
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)
