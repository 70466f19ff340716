"""Each command has a page, and what the page says of its flags is true."""

from __future__ import annotations

import pytest

from codeopt.cli import document
from codeopt.cli.document import END, START, updated

PAGES = {page.stem: (page, command) for page, command in document.pages()}


@pytest.mark.parametrize("name", PAGES)
def test_every_command_has_a_page_that_is_up_to_date(name: str) -> None:
    page, command = PAGES[name]
    text = page.read_text("utf-8")
    assert updated(text, command) == text, "run `make docs`"


def test_a_flag_that_a_page_lacks_is_written_between_its_marks() -> None:
    text = updated(f"# Clean\n\nBy hand.\n\n{START}\nold\n{END}\nMore.\n", PAGES["clean"][1])
    assert text.startswith("# Clean\n\nBy hand.\n")
    assert text.endswith(f"{END}\nMore.\n")
    assert "| `--branches` | Remove the codeopt/ branches of these runs too. |" in text
    assert "old" not in text


def test_the_parts_of_a_group_are_all_there() -> None:
    text = document.flags(PAGES["hook"][1])
    assert all(f"**{name}**" in text for name in ("install", "run", "uninstall"))
    assert "Default: 60.0." in text


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a line"):
        updated("# Nothing\n", None)
