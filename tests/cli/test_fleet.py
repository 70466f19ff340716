"""The command ``fleet`` shows how a fleet stands, also while another process works on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codeopt.cli import app
from codeopt.cli.fleeting import FleetDirectory, open_fleet
from codeopt.model.evidence import Spend
from codeopt.model.fleet import Result, State


def test_how_it_stands_is_shown_while_it_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list"
    file.write_text("one\ntwo\n")
    with open_fleet(FleetDirectory(tmp_path / "list.fleet")) as ledger:
        ledger.put("result", "one", Result(State.FAILED, spend=Spend(0.5, 1, 1, 1), problem="red"))
        assert app.invoke(["fleet", str(file), "--report", "--format", "json"]) == 4
        document = json.loads(capsys.readouterr().out)
        assert [each["state"] for each in document["repositories"]] == ["failed", "waiting"]
        assert document["cost"]["usd"] == 0.5
        assert app.invoke(["fleet", str(file)]) == 4
        assert "still going on" in capsys.readouterr().err


def test_there_has_to_be_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "list"
    file.write_text("one\n")
    assert app.invoke(["fleet", str(file), "--report"]) == 2
    assert "there is no fleet" in capsys.readouterr().err
