"""The local model without its library; ``make live`` drives the real one."""

import importlib.util
from pathlib import Path

import pytest

from codeopt.adapters.models.local_model import LocalModel
from codeopt.model.errors import PreconditionError
from codeopt.ports import Message, Request


def test_the_name_tells_weights_apart(tmp_path: Path) -> None:
    one, other = tmp_path / "m.gguf", tmp_path / "sub" / "m.gguf"
    other.parent.mkdir()
    one.write_bytes(b"GGUF one")
    other.write_bytes(b"GGUF two")
    names = [LocalModel(path).name for path in (one, other, one)]
    assert names[0] == names[2] != names[1]
    assert names[0].startswith("local:m.gguf@")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PreconditionError, match="no model file"):
        LocalModel(tmp_path / "m.gguf")


@pytest.mark.skipif(
    importlib.util.find_spec("xllamacpp") is not None, reason="the extra is installed"
)
def test_without_the_extra_the_remedy_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    model = LocalModel(tmp_path / "m.gguf")
    with pytest.raises(PreconditionError, match="xllamacpp") as caught:
        model.complete(Request((Message("user", "hello"),), model.name))
    assert caught.value.hint == "pip install 'codeopt[local]'"
