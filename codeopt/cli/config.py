"""``codeopt config``: show each setting with its origin, or write a commented table."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeopt.cli.console import Color, ColorOption, JsonOption, RepositoryOption, output

if TYPE_CHECKING:
    from codeopt.config import Loaded


def command(
    *,
    init: Annotated[
        bool, typer.Option("--init", help="Add a commented [tool.codeopt] to pyproject.toml.")
    ] = False,
    as_json: JsonOption = False,
    repository: RepositoryOption = Path(),
    color: ColorOption = Color.AUTO,
) -> None:
    """Show each setting, its value and where it comes from."""
    from codeopt import config
    from codeopt.cli.tables import settings_table

    pyproject = repository / "pyproject.toml"
    if init:
        _init(pyproject)
        return
    loaded = config.load({}, os.environ, pyproject)
    if as_json:
        print(json.dumps(_document(loaded), indent=2))
    else:
        output(color).print(settings_table(loaded))


def _document(loaded: Loaded) -> dict[str, object]:
    from codeopt import config

    values = {
        each.dashed: {
            "value": getattr(getattr(loaded.settings, each.slice), each.name),
            "origin": loaded.origin(each.name),
        }
        for each in config.describe()
    }
    return {"version": 1, "settings": values}


def _init(pyproject: Path) -> None:
    from codeopt import config
    from codeopt.model.errors import UsageError

    text = pyproject.read_text("utf-8") if pyproject.exists() else ""
    if "[tool.codeopt]" in text:
        raise UsageError(f"{pyproject} has a [tool.codeopt] table already", hint="edit it there")
    joined = text.rstrip("\n") + "\n\n" + config.template() if text.strip() else config.template()
    pyproject.write_text(joined, "utf-8")
    print(f"added [tool.codeopt] to {pyproject}")
