"""Remarks as a SARIF 2.1.0 log (OASIS), which code scanning services read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from codeopt import __version__
from codeopt.report.remarks import RULES, Remark, Rule

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "SRCROOT"


def log(listed: Sequence[Remark]) -> dict[str, Any]:
    """Return the log as JSON values."""
    driver = {"name": "codeopt", "version": __version__, "rules": [_rule(rule) for rule in RULES]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [_result(each) for each in listed],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def fingerprint(remark: Remark) -> str:
    """Name a remark so that it is known again when lines have moved."""
    return hashlib.sha256(f"{remark.rule.id}\0{remark.function}".encode()).hexdigest()


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.title.title().replace(" ", ""),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.text},
        "help": {"text": rule.text},
        "properties": {"tags": ["performance"]},
    }


def _result(remark: Remark) -> dict[str, Any]:
    place = {"uri": quote(remark.path), "uriBaseId": _ROOT}
    where = {"artifactLocation": place, "region": {"startLine": max(1, remark.line)}}
    logical = {"fullyQualifiedName": remark.function, "kind": "function"}
    return {
        "ruleId": remark.rule.id,
        "ruleIndex": RULES.index(remark.rule),
        "level": str(remark.level),
        "message": {"text": remark.text},
        "locations": [{"physicalLocation": where, "logicalLocations": [logical]}],
        "partialFingerprints": {"codeopt/v1": fingerprint(remark)},
    }
