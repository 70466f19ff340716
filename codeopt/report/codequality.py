"""Remarks as a code quality report of GitLab, which a merge request shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from codeopt.report.remarks import Level, Remark
from codeopt.report.sarif import fingerprint

_SEVERITIES = {Level.ERROR: "major", Level.WARNING: "minor", Level.NOTE: "info"}


def issues(listed: Sequence[Remark]) -> list[dict[str, Any]]:
    """Return the report as JSON values."""
    return [
        {
            "check_name": f"codeopt/{each.rule.id}",
            "description": each.text,
            "fingerprint": fingerprint(each),
            "severity": _SEVERITIES[each.level],
            "location": {"path": each.path, "lines": {"begin": max(1, each.line)}},
        }
        for each in listed
    ]
