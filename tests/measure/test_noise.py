"""The machine's noise, the lock, and the fingerprint."""

from __future__ import annotations

import fcntl
import math
import random
import threading
import time
from pathlib import Path

from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.measure import stats
from codeopt.measure.lock import exclusive, lock_path, sharing
from codeopt.measure.machine import fingerprint
from codeopt.measure.noise import (
    detectable,
    least_seconds,
    measure_noise,
    pairs_needed,
    summarise,
    with_pairs,
)
from codeopt.model.machine import Noise
from codeopt.worker import Place
from tests.measure.projects import interpreter


def test_noise_is_measured_in_the_sandbox(tmp_path: Path) -> None:
    place = Place(PlainSandbox(), interpreter(), tmp_path)
    found = measure_noise(place, alpha=0.005, seconds=20)
    assert found is not None
    assert found.inside > 0
    assert found.detectable > 1
    assert "identical code differs by" in str(found)


def test_scatter_between_processes_is_what_limits() -> None:
    rng = random.Random(3)
    groups = [[offset + rng.gauss(0, 0.001) for _ in range(30)] for offset in (0.03, -0.03, 0.03)]
    found = summarise(groups, [0.0, 0.01, -0.01], alpha=0.005, seconds=20)
    assert math.isclose(found.between, 0.03, rel_tol=0.05)


def test_noise_and_haste_make_the_least_effect_larger() -> None:
    quiet, loud = detectable(0.01, 0.005, 20), detectable(0.05, 0.005, 20)
    assert 1 < quiet < loud
    assert detectable(0.05, 0.005, 1) > loud


def test_a_very_noisy_machine_is_called_unusable() -> None:
    groups = [[0.9], [-0.9], [0.8], [-0.8], [0.9]]
    assert not summarise(groups, [0.0], alpha=0.005, seconds=1).usable


def test_one_measurement_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with exclusive(1, path) as first:
        assert first
        with exclusive(0.1, path) as second:
            assert not second
    with exclusive(1, path) as third:
        assert third


def test_a_lock_that_cannot_be_had_stops_nobody(tmp_path: Path) -> None:
    with exclusive(0.1, tmp_path / "no" / "such" / "place") as held:
        assert not held


def test_the_lock_is_the_users_own() -> None:
    assert lock_path().name.startswith("codeopt-measure-")


def test_the_fingerprint_names_the_machine() -> None:
    found = fingerprint(interpreter())
    assert found.cpu
    assert found.cores >= 1
    assert found.python == ".".join(map(str, interpreter().version))


def test_samples_are_sized_by_the_noise() -> None:
    quiet, loud = (pairs_needed(noise, 0.04, 0.0025) for noise in (0.005, 0.05))
    assert quiet == 9, "fewer cannot show anything at this level"
    assert loud > 25
    assert pairs_needed(0.05, 0.02, 0.0025) > 3 * loud
    noise = Noise(0.0, 0.05, 0.0, 1.1)
    assert least_seconds(noise, 0.02, 0.0025) > least_seconds(noise, 0.04, 0.0025)


def test_as_many_pairs_as_are_needed_have_the_power_that_is_promised() -> None:
    rng, alpha, found, tries = random.Random(8), 0.01, 0, 300
    count = pairs_needed(0.03, 0.02, alpha)
    for _ in range(tries):
        values = [rng.gauss(0.02, 0.03) for _ in range(count)]
        found += stats.lower_bound(values, alpha) > 0
    assert 0.84 < found / tries < 0.96


def test_what_the_control_scatters_counts_as_noise() -> None:
    calm = Noise(0.01, 0.003, 0.02, 1.002)
    told = with_pairs(calm, [0.3, -0.3, 0.2, -0.25, 0.4], alpha=0.005, seconds=2)
    assert told.between > 0.2
    assert not told.usable
    assert with_pairs(calm, [], alpha=0.005, seconds=2).between == calm.between
    assert "speed-ups from" in told.promise


def test_who_measures_is_alone_and_who_verifies_is_not(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with sharing(1, path) as one, sharing(1, path) as two:
        assert one
        assert two
        with exclusive(0.05, path) as alone:
            assert not alone
    with exclusive(1, path) as alone, sharing(0.05, path) as late:
        assert alone
        assert not late


def test_those_who_share_do_not_keep_out_who_measures(tmp_path: Path) -> None:
    path, order = tmp_path / "lock", []

    def measure() -> None:
        with exclusive(20, path) as held:
            order.append(f"measured {held}")

    with sharing(1, path):
        thread = threading.Thread(target=measure)
        thread.start()
        gate = path.with_suffix(".gate")
        while not _is_closed(gate):
            time.sleep(0.001)
        with sharing(0.05, path) as late:
            order.append(f"shared {late}")
    thread.join(20)
    assert order == ["shared False", "measured True"]


def _is_closed(gate: Path) -> bool:
    with gate.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
