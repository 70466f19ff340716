"""A candidate that harms the process it runs in is rejected with a reason and leaves nothing."""

from __future__ import annotations

import pytest

from codeopt.adapters.sandboxes.plain import PlainSandbox
from tests.faults import candidates

QUICK = (  # those that end soon: what goes on until a limit stops it is in the whole matrix
    *("out of memory at once", "descriptor leak", "closes stdout"),
    *("closes all descriptors", "ends the process", "kills itself", "leaves a process behind"),
    *("endless recursion", "raises SystemExit", "raises KeyboardInterrupt"),
)


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> candidates.Court:
    return candidates.Court(PlainSandbox(), tmp_path_factory.mktemp("court") / "c")


def test_a_good_candidate_passes(court: candidates.Court) -> None:
    assert court.judge("recorded calls", candidates.patch("pass")) == (True, "same")


@pytest.mark.parametrize("fault", QUICK)
def test_harm_is_a_verdict(fault: str, court: candidates.Court) -> None:
    harm = {fault: candidates.FAULTS[fault]}
    (seen,) = candidates.try_all(court, harm, ("recorded calls",))
    assert seen.passed == (fault == "leaves a process behind"), seen
    assert seen.left == ()
