"""``codeopt debug-bundle``: one file for a bug report, without secrets."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from codeopt.cli.console import RepositoryOption, writing
from codeopt.redact import redact


def command(
    run: Annotated[str, typer.Argument(help="Run, or a part of its name (default: latest).")] = "",
    *,
    file: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write (default: codeopt-RUN.zip)."),
    ] = None,
    code: Annotated[
        bool, typer.Option("--with-code", help="Put diffs and quoted values in, too.")
    ] = False,
    repository: RepositoryOption = Path(),
) -> None:
    """Gather what a bug report needs: versions, settings, what a run did. Keys are left out."""
    from codeopt.cli import wiring
    from codeopt.cli.examine import examine
    from codeopt.report import bundle

    found = wiring.load_raw(repository, run)
    meta = found.record.meta
    findings = [asdict(each) for each in examine(repository, {})]
    parts = {
        "README.txt": bundle.README.format(but=" but what its patches change" if code else ""),
        "doctor.json": bundle.as_json(findings),
        "settings.json": bundle.as_json(json.loads(meta.settings or "{}")),
        "report.json": bundle.report(found.record, code=code),
        "attempts.txt": bundle.digests(found.record.attempts),
        "journal.json": bundle.journal(found.entries),
        "log.jsonl": found.log,
    }
    target = file or Path(f"codeopt-{meta.run}.zip")
    with writing(target):
        target.write_bytes(bundle.bundle(parts, _redacted))
    print(
        f"{target}: {len(parts)} files, {target.stat().st_size:,} bytes. Look at it, then send it."
    )


def _redacted(text: str) -> str:
    """Take keys and the home directory out of a text."""
    return redact(text).replace(str(Path.home()), "~")
