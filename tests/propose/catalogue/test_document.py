"""The page about the catalogue is what the catalogue says."""

from pathlib import Path

from codeopt.propose.catalogue.document import page

PAGE = Path(__file__).parents[3] / "docs" / "catalogue.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
