"""Build a page as a tree of elements, so that no text can become markup."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

from codeopt.report.printing import printable

Child = Element | str | None


def e(tag: str, *children: Child, **attributes: str) -> Element:
    """Return an element; ``class_`` and ``aria_label`` are spelt with the characters they can."""
    names = {name: name.rstrip("_").replace("_", "-") for name in attributes}
    found = Element(tag, {names[name]: printable(value) for name, value in attributes.items()})
    for child in children:
        append(found, child)
    return found


def append(parent: Element, child: Child) -> None:
    """Add an element or text at the end of an element; None adds nothing."""
    if child is None:
        return
    if isinstance(child, Element):
        parent.append(child)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + printable(child)
    else:
        parent.text = (parent.text or "") + printable(child)


def table(head: tuple[str, ...], rows: list[tuple[Child, ...]], *, caption: str) -> Element:
    """Return a table that scrolls by itself where the screen is narrow; first cells are headers."""
    body = [
        e("tr", e("th", row[0], scope="row"), *(e("td", cell) for cell in row[1:])) for row in rows
    ]
    found = e(
        "table",
        e("caption", caption),
        e("thead", e("tr", *(e("th", cell, scope="col") for cell in head))),
        e("tbody", *body),
    )
    return scrolling(found, caption)


def scrolling(child: Element, label: str) -> Element:
    """Let what is too wide for a screen be scrolled, also with the keyboard."""
    return e("div", child, class_="wide", role="region", tabindex="0", aria_label=label)


def fold(summary: Child, *children: Child) -> Element:
    """Return something that is shown when asked for."""
    return e("details", e("summary", summary), *children)


def serialise(page: Element) -> str:
    """Return the text of a document."""
    return "<!DOCTYPE html>\n" + tostring(page, encoding="unicode", method="html") + "\n"
