"""A fleet that is killed goes on with the same command, and pays for nothing twice.

The answers of the model are scripted.
"""

from __future__ import annotations

import signal
from pathlib import Path

from tests.e2e.project import ONE, QUICK, powers, started
from tests.e2e.test_stops import Script, answered
from tests.support.command import git
from tests.support.endpoint import Endpoint


def test_a_fleet_that_is_killed_pays_nothing_twice(tmp_path: Path) -> None:
    origin = powers(tmp_path / "origin")
    git(origin, "bundle", "create", "-q", str(tmp_path / "powers.bundle"), "HEAD", "main")
    listed = tmp_path / "list.toml"
    listed.write_text(
        '[[repository]]\npath = "nowhere"\n\n'
        f'[[repository]]\npath = "powers.bundle"\ntargets = ["{ONE}"]\n'
    )
    clone = tmp_path / "list.toml.fleet" / "repositories" / "powers"
    script = Script(clone)
    with Endpoint(script) as endpoint:
        model = ("--model", "openai/scripted", "--api-base", endpoint.url, "--samples", "1")
        words = ("fleet", str(listed), "--strategy", "best-of-n", *model, *QUICK)
        with started(tmp_path, *words) as fleet:
            fleet.wait_for(lambda: answered(clone), 600.0)
            fleet.stop(signal.SIGKILL)
        with started(tmp_path, *words, "--format", "json") as fleet:
            done = fleet.end(600.0)
    assert done.code == 0, done.err
    assert "surveyed" not in done.err, "it is not done again"
    assert "run 2/2 powers" in done.err
    nowhere, found = done.document["repositories"]
    assert (nowhere["state"], found["state"]) == ("failed", "done")
    assert "does not exist" in nowhere["problem"]
    assert [each["target"] for each in found["kept"]] == [ONE]
    assert git(clone, "rev-parse", found["branch"]).strip() == found["kept"][0]["commit"]
    assert script.again == []
    assert done.document["cost"]["calls"] == len(answered(clone)) == len(endpoint.asks)
