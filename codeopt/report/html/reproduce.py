"""How to take the result of a run, and how to come by it again, as HTML."""

from __future__ import annotations

import shlex

from codeopt.model.machine import Fingerprint
from codeopt.model.run import RunMeta, RunRecord
from codeopt.report import phrases
from codeopt.report.html.element import Child, e, scrolling, table
from codeopt.report.settings import options


def reproduce(record: RunRecord) -> list[Child]:
    """Return the commands, and the machine that measured."""
    found: list[Child] = []
    if record.kept:
        found += [
            e("h3", "Take it"),
            _commands("Commands that take it", *phrases.apply(record)),
            e("p", "One patch alone: git cherry-pick, with its commit."),
        ]
    found += [
        e("h3", "Measure it again"),
        _commands(
            "Commands that repeat the run",
            f"pip install codeopt=={record.meta.version}",
            f"git checkout {record.meta.commit}",
            _run(record.meta),
        ),
    ]
    machine = next((a.measurement.fingerprint for a in record.attempts if a.measurement), None)
    if machine:
        found.append(table(("", "measured on"), _machine(machine), caption="The machine"))
    return found


def _commands(label: str, *lines: str) -> Child:
    return scrolling(e("pre", e("code", "\n".join(lines)), class_="box"), label)


def _run(meta: RunMeta) -> str:
    return shlex.join(["codeopt", "run", *meta.targets, *options(meta)])


def _machine(found: Fingerprint) -> list[tuple[Child, ...]]:
    return [
        ("processor", found.cpu),
        ("cores", str(found.cores)),
        ("kernel", found.kernel),
        ("Python", found.python),
        ("load at the time", f"{found.load:.2f}"),
    ]
