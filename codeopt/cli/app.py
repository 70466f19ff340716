"""The command line: commands are registered here, and every error becomes one line and a code.

Exit codes: 0 done · 1 a finding · 2 usage · 3 internal · 4 precondition unmet · 5 no targets ·
130 interrupted.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Annotated

import click
import typer

from codeopt import __version__
from codeopt.cli import catalogue, clean, config, doctor, profile, report, run
from codeopt.model.errors import CodeoptError

app = typer.Typer(
    name="codeopt",
    help="Make Python code faster and never break it: every kept patch is verified and measured.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (run, profile, report, doctor, config, catalogue, clean):
    app.command(name=command.__name__.rpartition(".")[2])(command.command)


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
    sys.exit(invoke(sys.argv[1:]))


def invoke(arguments: list[str]) -> int:
    """Run one command; return its exit code. No exception leaves, but for a bug in this handler."""
    try:
        result = app(arguments, prog_name="codeopt", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except CodeoptError as error:
        _complain(error.message, error.hint)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        _complain("interrupted", "")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        _complain(f"internal error: {type(error).__name__}: {error}", f"details: {_log()}")
        return 3


def _complain(message: str, hint: str) -> None:
    print(f"codeopt: {message}" + (f"\n         {hint}" if hint else ""), file=sys.stderr)


def _log() -> str:
    """Write the traceback to a file of its own."""
    handle, name = tempfile.mkstemp(prefix="codeopt-error-", suffix=".log")
    os.close(handle)
    Path(name).write_text(f"codeopt {__version__}\n{traceback.format_exc()}", "utf-8")
    return name
