"""A run on a cluster of two workers, of which one is killed on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.project import ONE, QUICK, powers, started
from tests.support.cluster import cluster
from tests.support.command import picture

pytest.importorskip("distributed")


def test_a_run_outlives_a_worker(tmp_path: Path) -> None:
    root = powers(tmp_path / "repo")
    before = picture(root)
    with cluster(tmp_path) as workers:
        where = ("--executor", "dask", "--scheduler", workers.address)
        words = ("run", "-C", str(root), ONE, "-s", "catalogue", *where, *QUICK)
        with started(tmp_path, *words, "--without", "simplify", "--json") as run:
            run.wait_for(lambda: "(1 of 1" in run.err, 300.0)
            workers.workers["w1"].kill()
            done = run.end(600.0)
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert {each["target"] for each in document["kept"]} == {ONE}, done.err
    assert not any("on this machine" in note for note in document["notes"]), done.err
    assert picture(root) == before
