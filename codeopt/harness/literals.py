"""Job ``literals``: write the arguments of recorded calls as literals, where they have some.

The job: ``tree``, ``source_roots``, ``recording``, ``calls`` (their numbers), ``room`` (characters
of one call). Answers with ``calls``: for each the texts of its positional arguments (a tuple) and
its named ones (a dict), or null.
"""

from . import calls, loading, pickling, preview


def run(job, channel):
    """Send the texts of some recorded calls."""
    header, recorded = calls.read(job["recording"])
    loading.enter(job["tree"], job["source_roots"], None, header["sys_path"])
    loading.load_module(header["module"], header["path"])
    texts = [written(recorded[number][1], job["room"]) for number in job["calls"]]
    channel.send({"calls": texts})


def written(blob, room):
    """Return the two texts of one call, None where a value is no literal or takes too much room."""
    left = [room]
    try:
        args, kwargs = pickling.load(blob)
        return [preview.source(value, set(), left) for value in (tuple(args), dict(kwargs))]
    except Exception:  # loading runs code of the project
        return None
