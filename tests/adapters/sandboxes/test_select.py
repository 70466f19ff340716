"""Which sandbox is chosen, and that a backend which only pretends is not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from codeopt.adapters.sandboxes import kernel, select
from codeopt.adapters.sandboxes.bubblewrap import BubblewrapSandbox
from codeopt.config import SandboxSettings
from codeopt.model.errors import PreconditionError, UsageError
from codeopt.ports import Guarantee

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="backends are for Linux")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Make a machine without bubblewrap and Landlock; return the only directory in PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(_link_to_python(tmp_path / "interpreter")))
    monkeypatch.setattr(kernel, "landlock_abi", lambda: 0)
    return tmp_path


def _link_to_python(folder: Path) -> Path:
    folder.mkdir()
    link = folder / "python"
    link.symlink_to(Path(sys.executable).resolve())
    return link


def _pretend(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_auto_takes_the_strongest_that_works() -> None:
    working = [probe.name for probe in select.probe_all()[:-1] if probe.available]
    if not working:
        pytest.skip("no backend works here")
    assert select.choose_sandbox(SandboxSettings()).name == working[0]


def test_probes_are_listed_from_strong_to_weak() -> None:
    probes = select.probe_all()
    assert [probe.name for probe in probes] == ["bubblewrap", "landlock", "plain"]
    for probe in probes:
        assert probe.available or (probe.detail and probe.hint)


@pytest.mark.usefixtures("bare")
def test_refuses_without_a_backend() -> None:
    with pytest.raises(PreconditionError) as refusal:
        select.choose_sandbox(SandboxSettings())
    assert "bwrap is not installed" in refusal.value.message
    assert "install bubblewrap" in refusal.value.hint
    assert "--unsafe-no-sandbox" in refusal.value.hint


@pytest.mark.usefixtures("bare")
def test_goes_without_a_backend_on_demand() -> None:
    settings = SandboxSettings(unsafe_no_sandbox=True)
    assert select.choose_sandbox(settings).name == "plain"


def test_none_needs_to_be_said_twice() -> None:
    with pytest.raises(PreconditionError, match="unconfined"):
        select.choose_sandbox(SandboxSettings(sandbox="none"))
    settings = SandboxSettings(sandbox="none", unsafe_no_sandbox=True)
    assert select.choose_sandbox(settings).name == "plain"


def test_unknown_name() -> None:
    with pytest.raises(UsageError, match="docker"):
        select.choose_sandbox(SandboxSettings(sandbox="docker"))


def test_a_bwrap_that_confines_nothing_is_found_out(bare: Path) -> None:
    _pretend(bare / "bwrap", 'while [ "$1" != "--" ]; do shift; done; shift; exec "$@"')
    probe = BubblewrapSandbox().probe()
    assert not probe.available
    assert probe.detail.startswith("in reach: ")
    assert {"files", "network"} <= set(probe.detail.removeprefix("in reach: ").split(", "))


def test_a_bwrap_that_is_not_allowed_is_found_out(bare: Path) -> None:
    _pretend(bare / "bwrap", "echo 'bwrap: No permissions to create new namespace' >&2; exit 1")
    probe = BubblewrapSandbox().probe()
    assert not probe.available
    assert "No permissions" in probe.detail
    assert "user namespaces" in probe.hint


def test_allowing_the_network_gives_up_just_that() -> None:
    for closed, opened in zip(select.backends(), select.backends(network=True), strict=True):
        before, after = closed.probe(), opened.probe()
        if before.available:
            assert before.holds - after.holds == {Guarantee.NETWORK}


def test_leaves_the_environment_alone() -> None:
    before = dict(os.environ)
    select.probe_all()
    assert dict(os.environ) == before
