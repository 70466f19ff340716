"""Job ``merge``: join what the processes of a workload recorded into one file for each target.

The job: ``parts`` (directory), ``tests`` (the same of the tests, where they are not the workload),
``targets`` (count), ``max_calls``, ``max_bytes``. Answers with one summary a target: ``file``,
``calls``, ``from_tests``, ``seen``, ``groups``, ``omissions``, ``examples``, ``missing``.

Calls that the tests made come after those of the workload and stand for none of its calls
(``count`` 0): the versions are compared on them, and never timed. They are at most half as many as
may be recorded of the workload.
"""

import os

from . import calls, sampling

EXAMPLES = 5


def run(job, channel):
    """Merge the parts of every target."""
    summaries = []
    for index in range(job["targets"]):
        target = os.path.join(job["parts"], "calls-%d.bin" % index)
        header, merged = _join_parts(_parts(job["parts"], index), job, 1)
        further = []
        if header is not None and header["seen"] and job.get("tests"):
            theirs, found = _join_parts(_parts(job["tests"], index), job, 2)
            further = _further(header, merged, found)
            header["sys_path"] = _union(header["sys_path"], theirs["sys_path"] if theirs else [])
        if header is not None:
            calls.write(target, header, merged + further)
        summaries.append(header and _summary(target, header, merged, len(further)))
    channel.send({"targets": summaries})


def _parts(directory, index):
    names = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
    start = "calls-%d-" % index
    own = [name for name in names if name.startswith(start) and name.endswith(".part")]
    return [os.path.join(directory, name) for name in own]


def _further(header, merged, found):
    """Take what the workload did not call in this way."""
    known = {blob for _, blob in merged}
    return [
        (dict(metadata, order=metadata["order"] + header["seen"], count=0), blob)
        for metadata, blob in found
        if blob not in known
    ]


def _join_parts(paths, job, share):
    """Return the header and the calls of all processes, at most 1/``share`` of what is allowed."""
    kept = sampling.Reservoir(job["max_calls"] // share, job["max_bytes"] // share)
    header, offset = None, 0
    for path in paths:
        part, recorded = calls.read(path)
        for reason, count in part["omissions"].items():
            kept.omit(reason, count)
        for metadata, blob in recorded:
            kept.add(dict(metadata, order=metadata["order"] + offset), blob)
        offset += part["seen"]
        header = _join(header, part)
    if header is None:
        return None, []
    header["seen"], header["omissions"] = offset, kept.omissions
    return header, kept.calls()


def _join(header, part):
    if header is None:
        return dict(part)
    header["sys_path"] = _union(header["sys_path"], part["sys_path"])
    header["missing"] = header["missing"] and part["missing"]
    return header


def _union(one, two):
    return list(dict.fromkeys(one + two))


def _summary(target, header, merged, further):
    groups = {}
    for index, (metadata, _) in enumerate(merged):
        groups.setdefault(metadata["group"], []).append(index)
    return {
        "file": os.path.basename(target),
        "calls": len(merged) + further,
        "from_tests": further,
        "seen": header["seen"],
        "groups": [
            {"key": key, "label": _label([merged[i][0] for i in found]), "calls": found}
            for key, found in sorted(groups.items())
        ],
        "omissions": header["omissions"],
        "examples": [merged[i][0]["text"] for i in _spread(len(merged))],
        "missing": header["missing"],
    }


def _label(metadata):
    sizes = [entry["size"] for entry in metadata]
    low, high = min(sizes), max(sizes)
    size = "size %d" % low if low == high else "sizes %d–%d" % (low, high)
    lines = _ranges(metadata[0]["lines"])
    return "%s, lines +%s" % (size, lines[:60]) if lines else size


def _ranges(lines):
    """Shorten "3,4,5,8" to "3–5,8"."""
    found = []
    for line in map(int, filter(None, lines.split(","))):
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ",".join("%d" % a if a == b else "%d–%d" % (a, b) for a, b in found)


def _spread(length):
    step = max(1, length // EXAMPLES)
    return list(range(0, length, step))[:EXAMPLES]
