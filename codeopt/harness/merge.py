"""Job ``merge``: join what the processes of a workload recorded into one file for each target.

The job: ``parts`` (directory), ``targets`` (count), ``max_calls``, ``max_bytes``. Answers with one
summary a target: ``file``, ``calls``, ``seen``, ``groups``, ``omissions``, ``examples``,
``missing``.
"""

import os

from . import calls, sampling

EXAMPLES = 5


def run(job, channel):
    """Merge the parts of every target."""
    directory = job["parts"]
    names = sorted(name for name in os.listdir(directory) if name.endswith(".part"))
    summaries = []
    for index in range(job["targets"]):
        own = [name for name in names if name.startswith("calls-%d-" % index)]
        paths = [os.path.join(directory, name) for name in own]
        summaries.append(_merge(paths, os.path.join(directory, "calls-%d.bin" % index), job))
    channel.send({"targets": summaries})


def _merge(paths, target, job):
    kept = sampling.Reservoir(job["max_calls"], job["max_bytes"])
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
        return None
    header["seen"], header["omissions"] = offset, kept.omissions
    merged = kept.calls()
    calls.write(target, header, merged)
    return _summary(target, header, merged)


def _join(header, part):
    if header is None:
        return dict(part)
    header["sys_path"] = list(dict.fromkeys(header["sys_path"] + part["sys_path"]))
    header["missing"] = header["missing"] and part["missing"]
    return header


def _summary(target, header, merged):
    groups = {}
    for index, (metadata, _) in enumerate(merged):
        groups.setdefault(metadata["group"], []).append(index)
    return {
        "file": os.path.basename(target),
        "calls": len(merged),
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
    return "%s, lines +%s" % (size, metadata[0]["lines"][:60]) if metadata[0]["lines"] else size


def _spread(length):
    step = max(1, length // EXAMPLES)
    return list(range(0, length, step))[:EXAMPLES]
