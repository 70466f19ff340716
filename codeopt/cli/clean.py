"""``codeopt clean``: remove what codeopt has stored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    run: Annotated[str, typer.Argument(help="Run to remove (default: all finished ones).")] = "",
    *,
    branches: Annotated[
        bool, typer.Option("--branches", help="Remove the codeopt/ branches of these runs too.")
    ] = False,
    cache: Annotated[
        bool, typer.Option("--cache", help="Remove the repository's cache too.")
    ] = False,
    repository: Annotated[
        Path, typer.Option("--repository", "-C", help="Repository (default: here).")
    ] = Path(),
) -> None:
    """Remove stored runs and left-over scratch files; your files are not touched."""
    import shutil

    from codeopt import runs
    from codeopt.cli import wiring

    git = wiring.open_repository(repository)
    store = wiring.open_store(git)
    swept = runs.sweep()
    names = (store.find(run).name,) if run else store.names()
    for name in names:
        store.remove(store.find(name))
        if branches and f"codeopt/{name}" in git.branches("codeopt/"):
            git.delete_branch(f"codeopt/{name}")
    if cache:
        shutil.rmtree(store.cache, ignore_errors=True)
    print(f"removed {len(names)} runs and {swept} left-over scratch directories")
