"""Take an answer apart: thoughts, fenced blocks, the prose around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_THOUGHTS = re.compile(r"\A\s*<(think|thinking|reasoning)>.*?</\1>", re.S | re.I)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*(.*?)[ \t]*$")
_PYTHON = frozenset({"", "python", "py", "python3", "py3"})
_FILE = re.compile(r"[\w./\\~-]*[\w-]\.(?:pyi?|toml|cfg|ini|txt|json|ya?ml|sh|pth|so)\b")
_FILE_COMMENT = re.compile(r"\A\s*#+\s*(?:file(?:name)?\s*[:=]\s*|path\s*[:=]\s*)?(\S+)\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Block:
    """Hold one fenced block: its language, the file that it names, and whether it was closed."""

    language: str
    text: str
    file: str = ""
    closed: bool = True

    @property
    def is_python(self) -> bool:
        """Tell whether the block can hold Python."""
        return self.language in _PYTHON


def split(answer: str) -> tuple[tuple[Block, ...], str]:
    """Return the fenced blocks of an answer and the prose outside them."""
    lines = _THOUGHTS.sub("", answer).replace("\r\n", "\n").split("\n")
    blocks: list[Block] = []
    prose: list[str] = []
    position = 0
    while position < len(lines):
        opening = _FENCE.match(lines[position])
        position += 1
        if opening is None:
            prose.append(lines[position - 1])
            continue
        fence, info = opening.group(1), opening.group(2)
        end = _closing(lines, position, fence)
        blocks.append(_block(info, lines[position:end], closed=end < len(lines)))
        position = end + 1
    return tuple(blocks), "\n".join(prose).strip()


def _closing(lines: list[str], start: int, fence: str) -> int:
    for index in range(start, len(lines)):
        stripped = lines[index].strip()
        if len(stripped) >= len(fence) and set(stripped) == {fence[0]}:
            return index
    return len(lines)


def _block(info: str, lines: list[str], *, closed: bool) -> Block:
    language = re.split(r"[\s:{,=]", info, maxsplit=1)[0].lower()
    named = _FILE.search(info)
    if named is None and lines:
        comment = _FILE_COMMENT.match(lines[0])
        named = _FILE.fullmatch(comment.group(1)) if comment else None
    if named and language == named.group().lower():
        language = ""
    return Block(language, "\n".join(lines), named.group() if named else "", closed)
