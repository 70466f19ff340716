"""Jobs on made-up inputs: ``generate`` new ones from recorded calls, ``shrink`` one, mutate one.

The job: ``tree``, ``source_roots``, ``recording``, ``out`` (a file of calls to write), ``seed``,
``count``; for inputs that a candidate alone treats specially ``overrides`` (its files), ``words``
(constants that only it has) and ``further`` (a file of inputs that are known); to shrink
``source`` (a file of calls) and ``call``. Answers with ``known``: for each input whether its types
were all seen in recorded calls. ``around`` instead of ``call`` asks for mutants of that input.
"""

import contextlib
import gc
import os
import random
import sys
import types
import warnings
from itertools import chain, zip_longest

from . import calls, echo, loading, pickling, probes, sampling, sharing
from .domain import Domain
from .mutate import Mutator
from .search import Search
from .shrink import simpler
from .sweep import CALLS, MOST, letters_of, sweep

BYTES = 8 << 20  # pickled inputs of one file: large ones are fewer
YOUNG = 50_000  # new containers before a collection: one large input has thousands, soon gone
STARTS = 64  # recorded calls that inputs are made from


def run(job, channel):
    """Write files of inputs until there are no more requests; those replace parts of the job."""
    header, recorded = calls.read(job["recording"])
    loading.enter(job["tree"], job["source_roots"], job.get("overrides"), header["sys_path"])
    module = loading.load_module(header["module"], header["path"])
    function = loading.resolve(module, header["target"])
    gc.set_threshold(YOUNG)
    domain, bases = learn(recorded)
    domain.allow(function)
    gc.freeze()  # what is kept from here on is not gone through again and again
    while job is not None:
        if "around" in job:
            _, source = calls.read(job["source"])
            words = [word for _, word in constants(function)]
            bases = [source[job["around"]][1]]
            found = chain(_swept(bases, words), invent(domain, bases, words, job["seed"]))
        elif "call" in job:
            _, source = calls.read(job["source"])
            metadata, blob = source[job["call"]]
            job["sharing"] = metadata.get("sharing", "")
            found = simpler(pickling.load(blob), job["count"])
        else:
            found = aim(job, header, function, domain, bases)
        channel.send({"known": write(job, header, domain, found)})
        request = channel.receive()
        job = None if request is None else dict(job, **request)


def learn(recorded):
    """Learn the domain; return it with the calls: every class in turn, small ones first."""
    domain, groups = Domain(), {}
    for metadata, blob in recorded:
        try:
            args, kwargs = pickling.load(blob)
        except Exception:
            continue
        domain.learn(args, kwargs)
        groups.setdefault(metadata["group"], []).append(blob)
    rounds = max(map(len, groups.values()), default=0)
    for blobs in groups.values():
        blobs.sort(key=len)
    order = [
        blobs[i] for i in range(rounds) for _, blobs in sorted(groups.items()) if i < len(blobs)
    ]
    return domain, order


def constants(function):
    """List the numbers and texts in the code of a function."""
    found, waiting = [], [function.__code__]
    while waiting:
        value = waiting.pop()
        if type(value) is types.CodeType:
            waiting += reversed(value.co_consts)
        elif type(value) in (tuple, frozenset):
            waiting += reversed(sorted(value, key=repr) if type(value) is frozenset else value)
        elif type(value) in (int, float, str):
            found.append(value)
    document = function.__doc__
    return [word for word in dict.fromkeys(map(_typed, found)) if word[1] != document]


def _typed(value):
    return (type(value), value)


def aim(job, header, function, domain, bases):
    """Yield inputs: those that a search found first, then changed ones without end.

    For a candidate the search begins with all inputs that are known, and nothing follows it unless
    there are constants to aim at.
    """
    new = [word for word in job.get("words", ()) if type(word) in (int, float, str)]
    words = new + letters_of(new) or [word for _, word in constants(function)]
    known = list(bases[:STARTS])
    if "further" in job:
        known += [blob for _, blob in calls.read(job["further"])[1]]
    found, learned = _search(job, header, function, domain, known, words)
    yield from map(pickling.load, found)
    if new or "further" not in job:
        started = [blob for pair in zip_longest(bases[:STARTS], found) for blob in pair if blob]
        yield from _swept(bases, words)
        yield from invent(domain, started, words + learned, job["seed"])


def _swept(bases, words):
    """Sweep a few calls: fewer inputs where they are large."""
    most = min(MOST, BYTES // (4 * max(map(len, bases[:CALLS]), default=1)))
    return sweep(list(map(pickling.load, bases[:CALLS])), words, most)


def _search(job, header, function, domain, known, words):
    """Return inputs that show something new, pickled, and the constants that runs met."""
    text = probes.source(header["path"], job.get("overrides"))
    built = probes.build(function, text)
    if built is None:
        return [], []
    probed, collected, sites = built
    search = Search(probed, collected, domain)

    def change(generator, call):
        met = words + list(collected.words.values()) if generator.random() < 0.5 else words
        return _next(Mutator(generator, domain.pool, met), domain, *call)

    with warnings.catch_warnings(), open(os.devnull, "w") as nowhere:
        warnings.simplefilter("ignore")
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            search.learn(known)
            # a candidate is mostly where the original is, too
            found = search.find(job["seed"], sites // (4 if "further" in job else 1), change)
    return found[: job["count"] // 2], [w for w in collected.words.values() if w not in words]


def invent(domain, bases, words, seed):
    """Yield arguments without end: each known call changed in one to three places."""
    number = 0
    while bases:
        generator = random.Random("%s %d" % (seed, number))
        mutator = Mutator(generator, domain.pool, words)
        yield _next(mutator, domain, *pickling.load(bases[number % min(len(bases), 2 * STARTS)]))
        number += 1


def _next(mutator, domain, args, kwargs):
    mutator.asks = domain.asks
    left_out = domain.unused(args, kwargs)
    if left_out and mutator.random.random() < 0.25:
        kwargs = dict(kwargs, **dict([mutator.random.choice(left_out)]))
    for _ in range(mutator.random.choice((1, 1, 1, 2, 3))):
        args, kwargs = _changed(mutator, args, kwargs)
    return _related(mutator, args, kwargs)


def _changed(mutator, args, kwargs):
    places = list(range(len(args))) + sorted(kwargs)
    if not places:
        return args, kwargs
    place = mutator.random.choice(places)
    path = ("arg %s" % place,)
    if isinstance(place, int):
        changed = _variant(mutator, args[place], path, args)
        return args[:place] + (changed,) + args[place + 1 :], kwargs
    return args, dict(kwargs, **{place: _variant(mutator, kwargs[place], path, args)})


def _related(mutator, args, kwargs):
    """Let parts of a call depend on each other, at times."""
    roll = mutator.random.random()
    try:
        if roll < 0.12:
            return echo.echo(mutator.random, (args, kwargs))
        if roll < 0.24:

            def vary(value, path):
                return mutator.variant(value, (path, "[]"))

            return echo.in_step(mutator.random, (args, kwargs), vary)
        if roll < 0.26 and args:
            index = mutator.random.randrange(len(args))
            deep = echo.deepen(args[index])
            if deep is not None:
                return args[:index] + (deep,) + args[index + 1 :], kwargs
    except Exception:  # the project's objects cannot be copied
        pass
    return args, kwargs


def _variant(mutator, value, path, args):
    shared = [other for other in args if type(other) is type(value) and other is not value]
    container = type(value) in (list, dict, set)
    if shared and mutator.random.random() < (0.03 if container else 0.08):
        return shared[0]
    try:
        return mutator.variant(value, path)
    except Exception:  # a copy or a comparison of the project's objects failed
        return value


def write(job, header, domain, found):
    """Write distinct inputs to ``out`` until there are ``count``; return which are known."""
    entries, known, seen, size = [], [], set(), 0
    for tries, (args, kwargs, *how) in enumerate(found):
        if len(entries) >= job["count"] or tries > 6 * job["count"] or size > BYTES:
            break
        try:
            blob = _pickled(args, kwargs)
        except pickling.CannotPickle:
            continue
        size += len(blob)
        if (blob, *how) in seen or len(blob) > 1 << 20:
            continue
        seen.add((blob, *how))
        inside = domain.knows(args, kwargs)
        known.append(inside)
        metadata = _metadata(len(entries), args, kwargs, inside)
        turn = how[0] if how else (sharing.ONE, sharing.APART)[len(entries) % 2]
        metadata["sharing"] = job.get("sharing", turn)
        entries.append((metadata, blob))
    calls.write(job["out"], header, entries)
    return known


def _pickled(args, kwargs):
    """Pickle a call, however deep it is: pickling goes down level by level."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10 * echo.DEEP)
    try:
        return pickling.dump((args, kwargs), {})
    finally:
        sys.setrecursionlimit(limit)


def _metadata(order, args, kwargs, inside):
    return {
        "order": order,
        "count": 1,
        "size": sampling.size((args, kwargs)),
        "group": "known" if inside else "new",
        "lines": "",
        "outcome": None,
        "seconds": 0.0,
        "text": "",
    }
