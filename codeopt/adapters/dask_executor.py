"""Do jobs on the workers of a Dask cluster.

A job is the name of one function, a JSON text and the bytes of files; its answer is a JSON text.
Answers in any other form are refused before they are unpacked. Dask does the scheduling: it gives
the jobs of a worker that is lost to others, and what is measured only to workers that were started
with ``--resources timing=1``. On top of that a job that takes too long is given to a second worker,
and a scheduler that goes away is told to the caller.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from codeopt.adapters.local_executor import LocalExecutor
from codeopt.model.errors import PreconditionError
from codeopt.ports import Parcel, WorkersLost

T = TypeVar("T")
R = TypeVar("R")
Perform = Callable[[str, dict[str, bytes]], str]
_CONNECT_SECONDS = 30.0
_RETRIES = 2
_COPIES = 2
_POLL = 0.1


class DaskExecutor:
    """Implement the ports Executor and Workers.

    ``perform`` is a function that the workers can import. What ``map`` maps are jobs of this
    process, in threads: they wait for what workers do.
    """

    def __init__(
        self, address: str, perform: Perform, *, patience: float = _CONNECT_SECONDS
    ) -> None:
        self._perform = perform
        self._client = _connect(address)
        self._address = address
        deadline = time.monotonic() + patience
        while not self.timing_workers() and time.monotonic() < deadline:
            time.sleep(_POLL)  # the workers of a cluster do not all come at once
        self.workers = max(1, sum(self._client.nthreads().values()))
        if not self.timing_workers():
            self.close()
            text = f"no worker of the scheduler at {address} may measure"
            hint = "start one, alone on its machine, with: dask worker --resources timing=1"
            raise PreconditionError(text, hint=hint)

    def map(self, job: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Apply ``job`` to every item in threads, as many as the workers have."""
        return LocalExecutor(self.workers).map(job, items)

    def perform(self, parcel: Parcel) -> str:
        """Have a job done; files are sent to a worker that lacks them."""
        files = dict(parcel.blobs)
        text, worker = self._answer(parcel, {}, None)
        missing = _missing(text)
        if missing:
            wanted = {digest: files[digest].read_bytes() for digest in missing if digest in files}
            text, _ = self._answer(parcel, wanted, worker)
        if _missing(text):  # it went to another worker, which lacks others: send all
            every = {digest: file.read_bytes() for digest, file in files.items()}
            text, _ = self._answer(parcel, every, None)
        return text

    def close(self) -> None:
        """Let go of the cluster, which stays."""
        self._client.close(timeout=5)

    # ------------------------------------------------------------------ one question
    def _answer(
        self, parcel: Parcel, blobs: dict[str, bytes], worker: str | None
    ) -> tuple[str, str | None]:
        """Return the first answer of at most two workers, and who gave it if that lacks files."""
        ready = threading.Event()
        futures = [self._submit(parcel, blobs, worker, ready)]
        asked, failures = time.monotonic(), 0
        try:
            while True:
                self._check(timing=parcel.timing)
                ready.clear()
                for future in [each for each in futures if each.done()]:
                    if future.status == "finished":
                        text = self._read(future)
                        return text, self._holder(future) if _missing(text) else None
                    futures.remove(future)
                    failures += 1
                    if failures > _RETRIES:
                        raise WorkersLost(f"a job failed on {failures} workers")
                late = time.monotonic() - asked > parcel.seconds
                if not futures or (late and len(futures) < _COPIES):
                    futures.append(self._submit(parcel, blobs, None, ready))
                    asked = time.monotonic()
                elif late and len(futures) == _COPIES and time.monotonic() - asked > parcel.seconds:
                    raise WorkersLost("no worker answers in time")
                ready.wait(_POLL)
        finally:
            for future in futures:
                future.release()

    def _submit(
        self, parcel: Parcel, blobs: dict[str, bytes], worker: str | None, ready: threading.Event
    ) -> Any:
        """Have a job done; ``ready`` is set when it is, or when it has failed."""
        where = {"workers": [worker], "allow_other_workers": True} if worker else {}
        with self._reached():
            future = self._client.submit(
                self._perform,
                parcel.text,
                blobs,
                pure=False,
                retries=_RETRIES,
                resources={"timing": 1} if parcel.timing else None,
                **where,
            )
            future.add_done_callback(lambda _: ready.set())
            return future

    def _read(self, future: Any) -> str:
        try:
            with self._reached():
                text = future.result(timeout=_CONNECT_SECONDS)
        except TypeError as error:  # it was packed in a way that could hide code
            raise WorkersLost("a worker answered in a form that is not read") from error
        if not isinstance(text, str):
            raise WorkersLost("a worker answered with something that is not text")
        return text

    def _holder(self, future: Any) -> str | None:
        """Name the worker that has the answer."""
        with self._reached():
            holders = self._client.who_has([future])
        return next((name for names in holders.values() for name in names), None)

    def _check(self, *, timing: bool) -> None:
        """Make sure that there is a scheduler, and somebody who works for it."""
        if self._client.status != "running":
            raise self._gone()
        with self._reached():
            left = not timing or bool(self.timing_workers())
        if not left:
            raise WorkersLost("no worker that may measure is left")

    def timing_workers(self) -> list[str]:
        """List the workers that may measure."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        return [name for name, each in workers.items() if each.get("resources", {}).get("timing")]

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Turn what is raised when the scheduler cannot be reached into the loss that it is."""
        from distributed import CancelledError

        try:
            yield
        except (OSError, CancelledError, TimeoutError, RuntimeError) as error:
            raise self._gone() from error

    def _gone(self) -> WorkersLost:
        return WorkersLost(f"the scheduler at {self._address} is gone")


def _missing(text: str) -> list[str]:
    try:
        found = json.loads(text)["missing"]
    except (ValueError, LookupError, TypeError):
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise PreconditionError(
            "Dask is not installed", hint="pip install 'codeopt[dask]'"
        ) from error
    if not address:
        raise PreconditionError(
            "no scheduler is named", hint="--scheduler tcp://HOST:8786; dask scheduler starts one"
        )
    try:
        client = Client(
            address,
            timeout=_CONNECT_SECONDS,
            set_as_default=False,
            serializers=["msgpack"],
            deserializers=["msgpack"],
        )
        client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        text = f"no Dask scheduler with workers answers at {address}"
        raise PreconditionError(text, hint="start them: dask scheduler, dask worker") from error
    return client
