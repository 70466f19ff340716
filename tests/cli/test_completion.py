"""Completion as a shell sees it: the script that codeopt shows, run by a real bash."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import environment

SCRIPT = """
eval "$(codeopt --show-completion)"
complete -p codeopt
completed() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _codeopt_completion codeopt
    echo "${COMPREPLY[*]}"; }
completed codeopt ju
completed codeopt run --max-co
completed codeopt report --format ht
completed codeopt hook un
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_commands_flags_and_values(tmp_path: Path) -> None:
    command = tmp_path / "codeopt"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m codeopt "$@"\n')
    command.chmod(0o755)
    words = environment(tmp_path)
    words["PATH"] = f"{tmp_path}:{words['PATH']}"
    script = tmp_path / "script"
    script.write_text(SCRIPT)  # in a file: with -c, bash may become what it runs last
    done = subprocess.run(["bash", str(script)], env=words, capture_output=True, text=True)
    assert done.stderr == ""
    registered, *completed = done.stdout.splitlines()
    assert registered == "complete -o default -F _codeopt_completion codeopt"
    assert completed == ["judge", "--max-cost", "html", "uninstall"]
