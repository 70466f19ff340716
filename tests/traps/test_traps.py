"""Every trap is refused for its reason, every good rewrite is let through, and the cases hold."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from codeopt.model.evidence import Verdict

from .case import CASES, Case, read_cases
from .judged import Court
from .table import PAGE, page

ALL = read_cases()
TRAPS = [case for case in ALL if case.is_trap]
GOOD = [case for case in ALL if not case.is_trap]


def _parameters(cases: list[Case]) -> list[object]:
    return [pytest.param(case, id=case.name, marks=_marks(case)) for case in cases]


def _marks(case: Case) -> list[pytest.MarkDecorator]:
    missing = bool(case.needs) and importlib.util.find_spec(case.needs) is None
    marks = [pytest.mark.skipif(missing, reason=f"needs {case.needs}")]
    if case.open:
        marks.append(pytest.mark.xfail(strict=True, reason=case.open))
    return marks


@pytest.fixture(scope="session")
def chosen(request: pytest.FixtureRequest) -> tuple[Case, ...]:
    """Return the cases of the tests that were selected."""
    found = [
        item.callspec.params["case"]
        for item in request.session.items
        if "case" in getattr(getattr(item, "callspec", None), "params", {})
        and isinstance(item.callspec.params["case"], Case)
        and not any(mark.args[0] for mark in item.iter_markers("skipif"))
    ]
    return tuple(dict.fromkeys(sorted(found, key=lambda case: case.name)))


@pytest.fixture(scope="session")
def court(chosen: tuple[Case, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    court = Court(chosen, tmp_path_factory.mktemp("court"))
    yield court
    court.close()


@pytest.fixture(scope="session")
def broken(
    chosen: tuple[Case, ...], tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], str]:
    """Run tests and witnesses on both sides; return the errors by case and what was run."""
    keys, jobs = [], []
    for case in chosen:
        sides = {"original": case.original, "rewrite": case.after}
        for side, source in sides.items():
            for part, snippet in (("tests", case.tests), ("witness", case.witness or "pass")):
                keys.append((case.name, f"{part} on {side}"))
                jobs.append({"module": case.module, "source": source, "snippet": snippet})
    directory = tmp_path_factory.mktemp("validity")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("validity.py"))],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        check=True,
        cwd=directory,
        env={"PATH": os.environ["PATH"], "HOME": str(directory), "TMPDIR": str(directory)},
    )
    return dict(zip(keys, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("case", _parameters(TRAPS))
def test_a_trap_is_refused_for_its_reason(case: Case, court: Court) -> None:
    verdict = court.verdict(case)
    assert verdict.same is False, _described(verdict)
    assert verdict.reason is not None
    assert verdict.reason.code in case.reasons, _described(verdict)


@pytest.mark.parametrize("case", _parameters(GOOD))
def test_a_good_rewrite_is_let_through(case: Case, court: Court) -> None:
    verdict = court.verdict(case)
    assert verdict.same is True, _described(verdict)
    edges = [edge for check in verdict.checks for edge in check.edges]
    assert bool(edges) <= bool(case.edges), _described(verdict)


def test_new_processes_come_to_the_same_as_forked_ones(tmp_path: Path) -> None:
    names = ("join", "last-pair-wins")
    cases = [case for case in ALL if case.name in names]
    found = []
    for fresh in (True, False):
        with closing(Court(cases, tmp_path / f"{fresh}", fresh=fresh)) as court:
            checks = [check for case in cases for check in court.verdict(case).checks]
        found.append([(each.check, each.same, each.reason and each.reason.code) for each in checks])
    assert found[0] == found[1]
    assert {same for _, same, _ in found[0]} == {True, False}


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_a_case_is_fair(case: Case, broken: dict[tuple[str, str], str]) -> None:
    if case.needs:
        pytest.importorskip(case.needs)
    assert broken[case.name, "tests on original"] == ""
    assert broken[case.name, "tests on rewrite"] == ""
    if case.is_trap:
        assert broken[case.name, "witness on original"] == ""
        assert broken[case.name, "witness on rewrite"] != ""


def test_there_are_enough_cases() -> None:
    assert len(TRAPS) >= 100
    assert len(GOOD) >= 60
    assert len({case.module for case in ALL}) == len(ALL) == len(list(CASES.glob("*/*")))


def test_the_table_in_the_documentation_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(ALL), "run: make docs"


def _described(verdict: Verdict) -> str:
    lines = []
    for check in verdict.checks:
        lines.append(f"{check.check}: {check.same} {check.compared} {check.reason}")
        shown = (*((check.difference,) if check.difference else ()), *check.edges)
        lines += [f"  {d.what}: {d.original} / {d.candidate}\n{d.snippet}" for d in shown]
    return "\n".join(lines)
