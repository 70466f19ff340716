"""``codeopt mcp``: let a coding agent propose rewrites; it can't pass a verdict of its own in."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import IO, Any

from codeopt.cli.console import RepositoryOption
from codeopt.cli.flags import with_settings
from codeopt.model.errors import PreconditionError


@with_settings("project", "profile", "record", "judge", "measure", "sandbox")
def command(*, repository: RepositoryOption = Path(), flags: dict[str, Any]) -> None:
    """Serve the Model Context Protocol on stdin and stdout, for a coding agent.

    Tools: profile, hot_targets, submit_candidate, keep_candidate. It works on the commit that is
    checked out when it starts; the settings are those given here, and no client can change them.
    """
    if importlib.util.find_spec("mcp") is None:
        text = "codeopt mcp needs the Model Context Protocol's package"
        raise PreconditionError(text, hint="pip install 'codeopt[mcp]'")
    from codeopt.cli.protocol import serve
    from codeopt.cli.session import Session
    from codeopt.cli.stored import open_stored

    with open_stored(repository, flags) as stored, _own_stdout() as out:
        serve(Session(repository, flags, stored), out)


def _own_stdout() -> IO[str]:
    """Take stdout for the protocol alone: whatever else is printed goes to stderr."""
    sys.stdout.flush()
    own = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return own
