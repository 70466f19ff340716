"""Job ``children``: run a draft on recorded calls of its target, and record what reaches its parts.

The job: ``tree`` (which holds the draft), ``source_roots``, ``recording``, ``targets`` (the parts:
path, qualname, module), ``out``, ``further``, ``max_calls``, ``max_bytes``, ``seconds`` (limit of
one call), ``budget`` (seconds in all, by which calls are chosen). Writes one ``.part`` a part for
what the calls of the workload make of it into ``out``, and one for calls that only tests make into
``further``: on those, versions are compared and not timed. Answers with ``shares``: the CPU time
that each part takes of the workload's calls (0 to 1), as in a profile.
"""

import time

from . import calls, loading, observe, pickling, recorder, replay, sharing, tap


def run(job, channel):
    """Time the parts on the recorded calls, then record their calls."""
    header, recorded = calls.read(job["recording"])
    loading.enter(job["tree"], job["source_roots"], None, header["sys_path"])
    module = loading.load_module(header["module"], header["path"])
    function = loading.resolve(module, header["target"])
    own, others = _sorted(recorded, job["budget"])
    shares = _shares(job, module, function, own)
    monitor = tap.Monitor() if tap.MONITORED else tap.Tracer()
    recorders = [recorder.Recorder(dict(job), n, monitor) for n in range(len(job["targets"]))]
    for each in recorders:
        each.attach(module)
    _record(job, function, recorders, own)
    for each in recorders:
        each.job["out"] = job["further"]
        each.reset()
    _record(job, function, recorders, others)
    channel.send({"shares": shares})


def _sorted(recorded, budget):
    """Tell the calls of the workload from those that only tests make (all, if there are none)."""
    chosen = replay.select(recorded, budget)
    own = [recorded[index] for index in chosen if recorded[index][0]["count"]]
    if not own:
        return [recorded[index] for index in chosen], []
    return own, [recorded[index] for index in chosen if not recorded[index][0]["count"]]


def _record(job, function, recorders, made):
    for _ in _driven(job, function, made):
        pass
    for each in recorders:
        each.flush()


def _driven(job, function, made):
    """Make calls; yield the metadata of each with the CPU time that it took."""
    deadline = time.perf_counter() + job["budget"]
    for metadata, blob in made:
        try:
            args, kwargs = sharing.arrange(pickling.load(blob), metadata.get("sharing"))
        except Exception:  # the oracle counts these
            continue
        options = observe.Options(seconds=job["seconds"])
        yield metadata, observe.observe(function, args, kwargs, options).cpu
        if time.perf_counter() > deadline:
            break


def _shares(job, module, function, made):
    clocks = [_Clock(vars(module), target["qualname"]) for target in job["targets"]]
    rows = [
        (metadata["count"], seconds, [clock.take() for clock in clocks])
        for metadata, seconds in _driven(job, function, made)
    ]
    for clock in clocks:
        clock.remove()
    weighed = [(max(1, count), seconds, parts) for count, seconds, parts in rows]
    total = sum(weight * seconds for weight, seconds, _ in weighed)
    spent = [sum(w * parts[n] for w, _, parts in weighed) for n in range(len(clocks))]
    return [min(1.0, seconds / total) if total else 0.0 for seconds in spent]


class _Clock:
    """Stand in for a module-level function and add up the CPU time of its calls.

    It is that of the thread: where CPU time is limited, that of the process moves by ticks only.
    """

    def __init__(self, names, name):
        self.names, self.name = names, name
        self.function = names[name]
        self.seconds, self.inside = 0.0, False
        names[name] = self

    def __call__(self, *args, **kwargs):
        if self.inside:
            return self.function(*args, **kwargs)
        self.inside, started = True, time.thread_time()
        try:
            return self.function(*args, **kwargs)
        finally:
            self.seconds += time.thread_time() - started
            self.inside = False

    def take(self):
        """Return the seconds since the last look."""
        seconds, self.seconds = self.seconds, 0.0
        return seconds

    def remove(self):
        """Put the function back."""
        self.names[self.name] = self.function
