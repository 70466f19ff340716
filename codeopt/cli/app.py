"""The command line: commands are registered here, and every error becomes one line and a code.

Exit codes: 0 done · 1 a finding · 2 usage · 3 internal · 4 precondition unmet · 5 no targets ·
130 interrupted.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer

from codeopt import __version__
from codeopt.cli import (
    catalogue,
    ci,
    clean,
    config,
    debug_bundle,
    doctor,
    export,
    fleet,
    graph,
    hook,
    judge,
    mcp,
    profile,
    report,
    review,
    run,
    stats,
    status,
)
from codeopt.cli.leaving import leaving
from codeopt.model.errors import CodeoptError, InternalError, StorageError
from codeopt.report.printing import printable

app = typer.Typer(
    name="codeopt",
    help="Make Python code faster and never break it: every kept patch is verified and measured.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    run,
    fleet,
    judge,
    ci,
    mcp,
    profile,
    review,
    status,
    report,
    graph,
    stats,
    export,
    doctor,
    debug_bundle,
    config,
    catalogue,
    clean,
):
    app.command(name=command.__name__.rpartition(".")[2].replace("_", "-"))(command.command)
app.add_typer(hook.app, name="hook")


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"codeopt {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show version."),
    ] = False,
) -> None:
    """Make Python code faster and never break it: every kept patch is verified and measured."""


def main() -> None:
    """Run the command line and leave with the right exit code."""
    leaving.watch()
    try:
        code = invoke(sys.argv[1:])
        leaving.rest(code)
    except KeyboardInterrupt:  # Ctrl-C as the command ended
        code = _INTERRUPTED
        _complain("interrupted", "")
        leaving.rest(code)
    sys.exit(code)


def invoke(arguments: list[str]) -> int:
    """Run one command; return its exit code. No exception leaves, but for a bug in this handler."""
    try:
        result = app(arguments, prog_name="codeopt", standalone_mode=False)
        if result == _INTERRUPTED:  # what typer makes of Ctrl-C, without a word
            _complain("interrupted", "")
        return result if isinstance(result, int) else 0
    except CodeoptError as error:
        _complain(error.message, error.hint)
        return error.exit_code
    except _WRONG_USAGE as error:
        error.show()
        return int(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _complain("interrupted", "")
        return _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        cause = _cause(error)
        if cause is None:
            return _internal(error)
        _complain(f"{cause}: {error.filename or 'while writing'}", _FREE)
        return StorageError.exit_code
    except Exception as error:
        return _internal(error)


_INTERRUPTED = 130
# ClickException: of click, or of the copy of it that newer versions of typer carry
_WRONG_USAGE: Any = typer.BadParameter.__mro__[2]
_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
_FREE = "free some space (TMPDIR says where trees go), then: codeopt run --resume"


def _cause(error: OSError) -> str | None:
    """Name what is wrong with a disk, if that is it; copying a tree gathers errors as texts."""
    texts = {code: os.strerror(code) for code in _DISK}
    if isinstance(error, shutil.Error):
        return next((text for text in texts.values() if text in str(error)), None)
    return texts.get(error.errno or 0)


def _internal(error: Exception) -> int:
    _complain(f"internal error: {type(error).__name__}: {error}", f"details: {_log()}")
    return InternalError.exit_code


def _complain(message: str, hint: str) -> None:
    text = f"codeopt: {message}" + (f"\n         {hint}" if hint else "")
    print(printable(text), file=sys.stderr)
    leaving.told = True


def _log() -> str:
    """Write the traceback to a file of its own."""
    text = printable(f"codeopt {__version__}\n{traceback.format_exc()}")
    try:
        handle, name = tempfile.mkstemp(prefix="codeopt-error-", suffix=".log")
        os.close(handle)
        Path(name).write_text(text, "utf-8")
    except OSError:
        return text  # better here than nowhere
    return name
