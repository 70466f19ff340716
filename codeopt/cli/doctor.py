"""``codeopt doctor``: say what was found, what is missing, and how to get it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from codeopt.cli.console import Color, ColorOption, JsonOption, RepositoryOption, json_text, output
from codeopt.cli.flags import with_settings


@with_settings("project", "model", "sandbox")
def command(
    *,
    repository: RepositoryOption = Path(),
    as_json: JsonOption = False,
    color: ColorOption = Color.AUTO,
    flags: dict[str, Any],
) -> int:
    """Check the repository, its interpreter and tests, the sandbox and the model."""
    from dataclasses import asdict

    from codeopt.cli.examine import examine
    from codeopt.cli.tables import findings_table

    findings = list(examine(repository, flags))
    if as_json:
        print(json_text({"version": 1, "findings": [asdict(each) for each in findings]}))
    else:
        output(color).print(findings_table(findings))
    return 0 if all(each.ok or each.optional for each in findings) else 4
