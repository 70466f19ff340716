"""``codeopt clean``: remove what codeopt has stored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeopt.cli.console import RepositoryOption


def command(
    run: Annotated[str, typer.Argument(help="Run to remove (default: all finished ones).")] = "",
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Remove runs that could still go on, too.")
    ] = False,
    branches: Annotated[
        bool, typer.Option("--branches", help="Remove the codeopt/ branches of these runs too.")
    ] = False,
    cache: Annotated[
        bool, typer.Option("--cache", help="Remove the repository's cache too.")
    ] = False,
    repository: RepositoryOption = Path(),
) -> None:
    """Remove stored runs and left-over scratch files; your files are not touched."""
    import shutil

    from codeopt import runs
    from codeopt.cli import resuming, wiring

    git = wiring.open_repository(repository)
    store = wiring.open_store(git)
    swept = runs.sweep()
    chosen = (
        [store.find(run)]
        if run
        else resuming.removable(store, wiring.open_ledger, unfinished=everything)
    )
    for directory in chosen:
        store.remove(directory)
        for name in git.branches("codeopt/") if branches else ():
            if f"{name}-".startswith(f"codeopt/{directory.name}-"):  # its own, and of its review
                git.delete_branch(name)
    if cache:
        shutil.rmtree(store.cache, ignore_errors=True)
    left = len(store.names())
    runs_text = "1 run" if len(chosen) == 1 else f"{len(chosen)} runs"
    print(f"removed {runs_text} and {swept} left-over scratch directories; {left} runs are left")
