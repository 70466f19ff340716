"""What a bug report needs of a run, and nothing that is secret or the project's own code."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from codeopt.model.evidence import Attempt
from codeopt.model.run import RunRecord
from codeopt.ports import Entry
from codeopt.redact import redacted
from codeopt.report.json import document

README = """\
What codeopt knows of a run, for a bug report. Keys, tokens and passwords are replaced by
[redacted], your home directory by ~. There is no source code, no prompt and no answer of a model
in it{but}; names of files, functions and tests are. Look at it before you send it.
"""
_CODE = frozenset({"diff", "code", "explanation", "counterexample", "snippet", "examples"})
_OTHER = frozenset({"original", "candidate"})  # of a difference: values of the project's own
Redact = Callable[[str], str]


def bundle(parts: Mapping[str, str], redact: Redact) -> bytes:
    """Return a zip archive of named texts, each redacted; equal parts give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts):
            archive.writestr(zipfile.ZipInfo(name), redact(parts[name]))
    return buffer.getvalue()


def report(record: RunRecord, *, code: bool) -> str:
    """Return the JSON document of a run; without ``code`` nothing of the project's is quoted."""
    told = document(record)
    return as_json(told if code else _without_code(told))


def as_json(value: Any) -> str:
    """Return a JSON document; keys are taken out before quoting would hide them."""
    return json.dumps(redacted(value), indent=2) + "\n"


def journal(entries: Iterable[Entry]) -> str:
    """Count the steps that were journalled, by their kind, with the bytes that they take."""
    counts: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for entry in entries:
        counts[entry.kind] += 1
        sizes[entry.kind] += len(entry.value)
    kinds = {kind: {"entries": counts[kind], "bytes": sizes[kind]} for kind in sorted(counts)}
    return json.dumps(kinds, indent=2) + "\n"


def digests(attempts: Iterable[Attempt]) -> str:
    """Name each attempt by what tells it from others, so that a person can find it again."""
    rows = [f"{a.target} {a.strategy} {a.technique} {a.candidate_digest}" for a in attempts]
    return "\n".join(rows) + "\n"


def _without_code(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: "[left out]"
            if inner and key in _CODE | (_OTHER if "what" in value else frozenset())
            else _without_code(inner)
            for key, inner in value.items()
        }
    return [_without_code(each) for each in value] if isinstance(value, list) else value
