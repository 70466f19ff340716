"""Turn values into JSON text and back, strictly by their types."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")


def encode(value: Any) -> str:
    """Return JSON text; bytes become base64, tuples lists, values objects."""
    return json.dumps(_converter().unstructure(value), sort_keys=True)


def decode(text: str, kind: type[T]) -> T:
    """Return the value of type ``kind`` that ``encode`` wrote; raise ValueError when it is not."""
    try:
        return _converter().structure(json.loads(text), kind)
    except Exception as error:
        raise ValueError(f"not a stored {kind.__name__}: {error}") from error


@cache
def _converter() -> Converter:
    from cattrs import Converter  # 40 ms that --help need not pay

    converter = Converter()
    converter.register_unstructure_hook(bytes, lambda value: base64.b64encode(value).decode())
    converter.register_structure_hook(bytes, lambda text, _: base64.b64decode(text))
    converter.register_unstructure_hook(Path, str)
    converter.register_structure_hook(Path, lambda text, _: Path(text))
    return converter
