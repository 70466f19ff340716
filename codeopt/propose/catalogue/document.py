"""Write the page that lists the catalogue: ``python -m codeopt.propose.catalogue.document``."""

from __future__ import annotations

from codeopt.propose.catalogue.registry import REWRITES
from codeopt.propose.catalogue.rewrite import Gain, Rewrite

_INTRODUCTION = """\
# The catalogue

<!-- made by `make docs` from codeopt/propose/catalogue; don't edit it here -->

{count} rewrites of known slow patterns, which need no model. `codeopt run --strategy catalogue`
uses nothing else, and so does a machine without a model. `codeopt catalogue` shows this list in
the terminal.

A rewrite changes the text of single statements and expressions; everything else keeps its bytes,
comments included. Each says what it needs. What it needs and the syntax can't prove (the type of
a parameter, that elements are hashable) it says in the candidate's explanation as *taken for
granted*: the judge finds out on recorded and generated inputs, and rejects what differs.
Candidates without such assumptions come first.

Taken for granted everywhere, and never said again:

- operators, comparisons and reading an attribute don't change containers that they have nothing
  to do with, and methods with well-known names (`get`, `items`, `split`, `append` …) do what they
  do in Python's own types;
- nobody replaces built-ins from outside the module, or reads the local variables of a running
  function (functions that call `locals`, `eval` and the like are left alone).

What a rewrite promises: **order** lowers the order of growth, **large** moves work out of a loop
or into C, **small** saves a constant amount of the interpreter's work. Whether it is faster on
your data is measured, never assumed.
"""
_PROMISE = {Gain.ORDER: "order", Gain.LARGE: "large", Gain.SMALL: "small"}


def page() -> str:
    """Return the page as Markdown."""
    parts = [_INTRODUCTION.format(count=len(REWRITES)), _table()]
    return "\n".join([*parts, *map(_section, REWRITES)])


def _table() -> str:
    rows = ["| rewrite | what it does | promise |", "|---|---|---|"]
    for each in REWRITES:
        link = f"[{each.name}](#{each.name})"
        rows.append(f"| {link} | {each.summary} | {_PROMISE[each.gain]} |")
    return "\n".join(rows) + "\n"


def _section(rewrite: Rewrite) -> str:
    return (
        f"## {rewrite.name}\n\n{rewrite.summary}.\n\n"
        f"```python\n{rewrite.before}```\n\nbecomes\n\n```python\n{rewrite.after}```\n\n"
        f"Needs: {rewrite.needs}\n"
    )


if __name__ == "__main__":
    print(page(), end="")
