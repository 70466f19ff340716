"""The committed profile: small, readable, and never a reason to fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codeopt.profile import shared
from tests.support import values


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    known = values.record().profile
    assert known is not None
    file = shared.write(tmp_path, known, least=0.0)
    found = shared.read(tmp_path)
    assert found is not None
    assert [spot.id for spot in found.hotspots] == [spot.id for spot in known.hotspots]
    spot = found.hotspots[0]
    assert (spot.own_share, spot.cumulative_share) == pytest.approx(
        (known.hotspots[0].own_share, known.hotspots[0].cumulative_share), abs=1e-4
    )
    assert json.loads(file.read_text())["workload"] == known.workload.label
    shared.write(tmp_path, known, least=1.1)
    assert shared.read(tmp_path).hotspots == ()  # type: ignore[union-attr]


def test_a_link_is_neither_written_through_nor_followed(tmp_path: Path) -> None:
    known = values.record().profile
    assert known is not None
    mine = tmp_path / "mine"
    mine.write_text('{"version": 1, "workload": "w", "functions": []}')
    (tmp_path / shared.NAME).symlink_to(mine)
    assert shared.read(tmp_path) is None
    shared.write(tmp_path, known, least=0.0)
    assert 'functions": []' in mine.read_text()
    assert not (tmp_path / shared.NAME).is_symlink()


NO_SHARES = '{"version": 1, "workload": "w", "functions": [{"function": "a"}]}'
NO_FUNCTION = '{"version": 1, "workload": "w", "functions": [1]}'
BROKEN = ("", "{", "[]", "7", '{"version": 2}', NO_SHARES, NO_FUNCTION, "[" * 100_000)


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_what_cannot_be_read_is_no_profile(tmp_path: Path, text: str) -> None:
    assert shared.read(tmp_path) is None
    (tmp_path / shared.NAME).write_text(text)
    assert shared.read(tmp_path) is None
