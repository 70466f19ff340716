"""Job ``explain``: write a recorded call as a few lines that a person can run.

The job: ``tree``, ``source_roots``, ``recording``, ``call``. Answers with ``snippet``.
"""

from . import calls, loading, pickling, preview, sharing

ROOM = 1500  # characters of a literal that is worth printing


def run(job, channel):
    """Send the snippet of one recorded call."""
    header, recorded = calls.read(job["recording"])
    loading.enter(job["tree"], job["source_roots"], None, header["sys_path"])
    loading.load_module(header["module"], header["path"])
    metadata, blob = recorded[job["call"]]
    args, kwargs = pickling.load(blob)
    shared = metadata.get("sharing")
    channel.send({"snippet": _shared(snippet(header, args, kwargs), shared)})


def _shared(text, how):
    """Say in a snippet what its literals don't: which equal values are one object."""
    nan = "float('nan')"
    if how == sharing.ONE and text.count(nan) > 1:
        return "nan = %s\n%s" % (nan, text.replace(nan, "nan"))
    return text


def snippet(header, args, kwargs):
    """Write the imports and the call; arguments without a literal are shown in a comment."""
    imports = {header["module"]}
    lines = []
    try:
        room = [ROOM]
        written = [preview.source(value, imports, room) for value in args]
        named = ["%s=%s" % (k, preview.source(v, imports, room)) for k, v in kwargs.items()]
        lines += _call(header, written, named)
    except (preview.NotLiteral, RecursionError):
        lines += _commented(header, args, kwargs)
    return "\n".join(["import " + name for name in sorted(imports) if name != "builtins"] + lines)


def _call(header, written, named):
    owner, _, name = header["target"].rpartition(".")
    function = "%s.%s" % (header["module"], header["target"])
    if not owner or not written or name.startswith("__"):
        return ["print(repr(%s(%s)))" % (function, ", ".join(written + named))]
    first, rest = written[0], written[1:]
    return ["self = %s" % first, "print(repr(%s(%s)))" % (
        function, ", ".join(["self", *rest, *named])
    ), "print(repr(self))"]  # fmt: skip


def _commented(header, args, kwargs):
    shown = ["# argument %d: %s" % (i, preview.preview(v)) for i, v in enumerate(args)]
    shown += ["# argument %s: %s" % (name, preview.preview(v)) for name, v in kwargs.items()]
    return [*shown, "# %s.%s(...)" % (header["module"], header["target"])]
