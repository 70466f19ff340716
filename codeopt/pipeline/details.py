"""Say in a line what a stage came to."""

from __future__ import annotations

from collections.abc import Collection

from codeopt.model.baseline import Baseline
from codeopt.model.evidence import CheckResult, Control
from codeopt.model.judgement import Finding
from codeopt.pipeline.judge import Case


def baseline(found: Baseline) -> str:
    """Count the tests of the original."""
    aside = f", {len(found.set_aside)} set aside" if found.set_aside else ""
    return f"{len(found.outcomes)} tests as they should be{aside}"


def cases(found: Collection[Case]) -> str:
    """Count the inputs on which the original is known."""
    calls = sum(len(case.reference.answers) for case in found)
    made = sum(len(g.answers) for case in found if (g := case.reference.generated))
    return f"the original on {calls} recorded calls and {made} generated inputs"


def control(found: Control | None) -> str:
    """Tell what original against original gave."""
    if found is None:
        return "no call can be made again, so it is measured inside the workload"
    state = "no difference, as it must be" if found.ok else "a difference: no claim can be made"
    least = f"; {found.noise.promise}" if found.noise else ""
    return f"original against original {found.speedup.estimate:.3f}×: {state}{least}"


def same(findings: tuple[Finding, ...]) -> str:
    """Count the functions that behave as before."""
    return f"{sum(1 for each in findings if each.same)} of {_functions(findings)} as before"


def faster(findings: tuple[Finding, ...]) -> str:
    """Count the functions that are faster."""
    return f"{sum(1 for each in findings if each.faster)} of {_functions(findings)} faster"


def tests(found: CheckResult) -> str:
    """Count the tests of a change."""
    if found.same is not False:
        return f"{found.compared} tests end as before"
    return f"{len(found.tests)} of {found.compared} tests end otherwise"


def _functions(findings: tuple[Finding, ...]) -> str:
    return f"{len(findings)} changed function{'' if len(findings) == 1 else 's'}"
