"""Go through docs/tutorial.md as a reader would, in tmux and a browser, and make its pictures.

    python benchmarks/pictures.py

Makes the project of the tutorial in ``.demo/tutorial``, with an environment of its own, types the
commands of the tutorial into a shell and draws what it shows; the HTML report is opened in headless
Chromium. All is real, and no model is asked. The pictures go to ``docs/pictures``. Needs tmux,
Chromium and the package index (for pytest), and takes about five minutes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from terminal import PICTURES, ROOT, Terminal

sys.path.insert(0, str(ROOT))
from fixtures import commit

PLACE = ROOT / ".demo" / "tutorial"
PROJECT, REPORT = PLACE / "textkit", PLACE / "report.html"
BIN = Path(sys.executable).parent
PROMPT = "$ "
# what git calls the person; nothing of the one who draws gets into a picture
WHO = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
NAMES = {
    f"GIT_{role}_{what}": text
    for role in ("AUTHOR", "COMMITTER")
    for what, text in (("NAME", "You"), ("EMAIL", "you@example.org"))
}
BROWSER = "--headless=new --no-sandbox --disable-gpu --no-first-run --hide-scrollbars"
PHONES = """<!doctype html><meta charset="utf-8"><body style="margin:0;background:#888">
<iframe src="report.html" style="{0}"></iframe><iframe src="report.html#{1}" style="{0}"></iframe>
"""
PHONE = "width:390px;height:780px;border:0;margin:0 0 0 10px"


def main() -> None:
    """Draw all."""
    plant()
    shell = Terminal("codeopt-pictures", 110, 120, PLACE)
    shell.start(started("bash --norc --noprofile"))
    screen = Terminal("codeopt-pictures-review", 110, 34, PLACE)
    screen.start(started("bash --norc --noprofile"))
    try:
        draw_run(shell)
        draw_review(screen)
        draw_nothing(shell)
    finally:
        shell.end()
        screen.end()
    draw_report()


def plant() -> None:
    """Make the project as the tutorial says."""
    shutil.rmtree(PLACE, ignore_errors=True)
    shutil.copytree(ROOT / "fixtures" / "textkit", PROJECT)
    subprocess.run([sys.executable, "-m", "venv", PROJECT / ".venv"], check=True)
    pip = [PROJECT / ".venv" / "bin" / "pip", "install", "--quiet", "pytest"]
    subprocess.run(pip, check=True, stderr=subprocess.DEVNULL)
    (PROJECT / ".gitignore").write_text(".venv/\n__pycache__/\n", "utf-8")
    commit(PROJECT, "Add textkit")


def started(command: str) -> str:
    """Return a command for a shell in the project, with codeopt on its path and a plain prompt."""
    words = {**WHO, **NAMES, "PS1": PROMPT, "COLORTERM": "truecolor", "GIT_PAGER": "cat"}
    given = " ".join(f"{name}='{text}'" for name, text in words.items())
    return f"cd {PROJECT} && env -u VIRTUAL_ENV {given} PATH={BIN}:$PATH {command}"


def enter(shell: Terminal, command: str) -> None:
    """Type a command on a clean screen."""
    shell.keys("-l", "clear")
    shell.keys("Enter")
    shell.keys("-l", command)
    shell.keys("Enter")


def finish(shell: Terminal, seconds: float) -> None:
    """Wait until the shell asks for the next command."""
    shell.wait(f"\n{PROMPT.rstrip()}\n", seconds)


def draw_run(shell: Terminal) -> None:
    """Look what is there, and run."""
    enter(shell, "codeopt doctor")
    finish(shell, 120)
    shell.draw("tutorial-doctor", "codeopt doctor")
    enter(shell, "codeopt run")
    shell.wait("tried, 1 kept", 600)
    shell.draw("tutorial-live", "codeopt run, under way")
    finish(shell, 1800)
    shell.draw("tutorial-run", "codeopt run", stop="Kept")
    shell.draw("tutorial-result", "codeopt run, at its end", start="Rejected")
    subprocess.run([BIN / "codeopt", "report", "-C", PROJECT, "--format", "html", "-o", REPORT])


def draw_review(shell: Terminal) -> None:
    """Accept all, and take them."""
    enter(shell, "codeopt review")
    shell.wait("Patch 1 of")
    shell.draw("tutorial-review", "codeopt review")
    found = re.search(r"Patch 1 of (\d+)", shell.screen())
    assert found is not None
    for number in range(1, int(found[1]) + 1):
        shell.wait(f"Patch {number} of")
        shell.keys("a")
    shell.keys("q")
    shell.wait(f"Take {found[1]} patches?")
    shell.keys("Down", "Enter")
    finish(shell, 60)
    enter(shell, "git log -1")
    shell.draw("tutorial-taken", "what was taken")


def draw_nothing(shell: Terminal) -> None:
    """Run again, where nothing is left to gain."""
    enter(shell, "codeopt run textkit/lines.py")
    finish(shell, 1800)
    shell.draw("tutorial-nothing", "codeopt run, with nothing to gain")


def draw_report() -> None:
    """Open the report as on a desk and as on two phones."""
    shoot(REPORT, "tutorial-report", (1000, 1100))
    patch = re.search(r'id="(patch[^"]*)"', REPORT.read_text("utf-8"))
    assert patch is not None
    phones = PLACE / "phones.html"
    phones.write_text(PHONES.format(PHONE, patch[1]), "utf-8")
    shoot(phones, "tutorial-report-narrow", (810, 780))


def shoot(page: Path, name: str, size: tuple[int, int]) -> None:
    """Make a picture of a page."""
    words = [f"--screenshot={PICTURES / name}.png", f"--window-size={size[0]},{size[1]}"]
    words += [f"--user-data-dir={PLACE / 'profile'}", page.as_uri()]
    subprocess.run(["chromium", *BROWSER.split(), *words], check=True, capture_output=True)


if __name__ == "__main__":
    main()
