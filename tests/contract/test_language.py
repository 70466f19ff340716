"""What every adapter of the Language port must hold."""

from __future__ import annotations

import pytest

from codeopt.adapters.python_language import PythonLanguage
from codeopt.model.candidate import Candidate, FunctionSource, UnparsableError
from codeopt.model.code import FileInfo, FunctionId, FunctionKind, content_digest
from codeopt.ports import Language

SOURCE = b'''"""A module."""

import os.path as osp
from . import sibling
from ..parent import thing as other


def plain(a, b=1):
    """Add."""
    return helper(a) + b


class Owner(osp.Base):
    @staticmethod
    def method(x):
        def inner():
            yield x

        return list(inner())

    async def later(self):
        return await self.method(1)
'''


@pytest.fixture(params=[PythonLanguage])
def language(request: pytest.FixtureRequest) -> Language:
    adapter: Language = request.param()
    return adapter


def candidate(source: str, *, qualname: str = "plain", helpers: tuple[str, ...] = ()) -> Candidate:
    target = FunctionId("m.py", qualname)
    return Candidate("d", target, (FunctionSource(target, source),), helpers)


def apply(language: Language, wanted: Candidate, source: bytes = SOURCE) -> bytes:
    patch = language.apply(wanted, {"m.py": source})
    (change,) = patch.files
    assert (change.path, change.before) == ("m.py", source)
    return change.after


def test_parse_describes_functions_classes_and_imports(language: Language) -> None:
    file = language.parse("m.py", SOURCE)
    assert file.digest == content_digest(SOURCE)
    assert file.lines == SOURCE.count(b"\n")
    assert {f.id.qualname: f.kind for f in file.functions} == {
        "plain": FunctionKind.FUNCTION,
        "Owner.method": FunctionKind.FUNCTION,
        "Owner.method.<locals>.inner": FunctionKind.GENERATOR,
        "Owner.later": FunctionKind.COROUTINE,
    }
    assert [(c.qualname, c.bases) for c in file.classes] == [("Owner", ("osp.Base",))]
    assert [(i.module, i.name, i.alias, i.level) for i in file.imports] == [
        ("os.path", "", "osp", 0),
        ("", "sibling", "", 1),
        ("parent", "thing", "other", 2),
    ]
    assert file.problems == ()


def test_spans_are_bytes_and_lines_of_the_file(language: Language) -> None:
    for function in language.parse("m.py", SOURCE).functions:
        span = function.span
        text = SOURCE[span.start_byte : span.end_byte]
        assert text.startswith((b"def", b"async def", b"@"))
        assert SOURCE.count(b"\n", 0, span.start_byte) + 1 == span.start_line
        assert SOURCE.count(b"\n", 0, span.end_byte) + 1 == span.end_line
        assert span.start_byte < function.body.start_byte < function.body.end_byte


def test_equal_bytes_are_described_equally(language: Language) -> None:
    assert language.parse("m.py", SOURCE) == language.parse("m.py", SOURCE)
    assert language.version == type(language)().version


@pytest.mark.parametrize("source", [b"", b"\n", b"\xff\xfe\x00", b"def f(:\n", b"\x00"])
def test_parse_never_raises(language: Language, source: bytes) -> None:
    file = language.parse("m.py", source)
    assert isinstance(file, FileInfo)
    assert file.functions == ()


def test_extract_gives_each_function_at_the_margin(language: Language) -> None:
    file = language.parse("m.py", SOURCE)
    texts = {f.id.qualname: language.extract(SOURCE, f) for f in file.functions}
    assert texts["Owner.method.<locals>.inner"] == "def inner():\n    yield x\n"
    assert texts["Owner.method"].startswith("@staticmethod\ndef method(x):\n    def inner():\n")


def test_apply_puts_back_what_extract_gave(language: Language) -> None:
    file = language.parse("m.py", SOURCE)
    for function in file.functions:
        text = language.extract(SOURCE, function)
        same = candidate(text, qualname=function.id.qualname)
        assert language.apply(same, {"m.py": SOURCE}).files == ()


def test_apply_changes_nothing_else(language: Language) -> None:
    new = "@staticmethod\ndef method(x):\n    return [x]\n"
    after = apply(language, candidate(new, qualname="Owner.method"))
    before, _, rest = SOURCE.partition(b"    def method")
    assert after.startswith(before + b"    def method(x):\n        return [x]\n")
    assert after.endswith(rest[rest.index(b"\n\n    async def") :])


def test_apply_is_undone_by_the_original_text(language: Language) -> None:
    file = language.parse("m.py", SOURCE)
    original = language.extract(SOURCE, file.functions[0])
    after = apply(language, candidate("def plain(a, b=1):\n    return b\n"))
    back = language.apply(candidate(original), {"m.py": after}).files[0].after
    assert back == SOURCE


@pytest.mark.parametrize(
    ("source", "helpers"),
    [
        ("", ()),
        ("def other(a, b=1): return 1", ()),
        ("def plain(a, b=1): return 1\ndef second(): pass", ()),
        ("def plain(a, b=1) return 1", ()),
        ("plain = 1", ()),
        ("class plain: pass", ()),
        ("    def plain(a, b=1): return 1", ()),
        ("def plain(a, b=1): return 1", ("Owner = 1",)),
        ("def plain(a, b=1): return 1", ("def helper(: pass",)),
        ("def plain(a, b=1): return 1", ("print()",)),
    ],
)
def test_apply_refuses(language: Language, source: str, helpers: tuple[str, ...]) -> None:
    with pytest.raises(UnparsableError):
        language.apply(candidate(source, helpers=helpers), {"m.py": SOURCE})


def test_apply_refuses_what_is_not_there(language: Language) -> None:
    with pytest.raises(UnparsableError, match="not in the file"):
        language.apply(candidate("def gone(): pass", qualname="gone"), {"m.py": SOURCE})
    with pytest.raises(UnparsableError, match="not in the repository"):
        language.apply(candidate("def plain(a, b=1): return 2"), {"other.py": SOURCE})


def test_fingerprint_is_blind_to_layout_only(language: Language) -> None:
    first = language.fingerprint('def f(a):\n    """Doc."""\n    return a + 1  # why\n')
    assert first == language.fingerprint("def f( a ):\n\n  return (a+1)")
    assert first != language.fingerprint("def f(a):\n    return a + 1.0\n")
    assert first != language.fingerprint("def f(a):\n    return 1 + a\n")


def test_fingerprint_takes_any_text(language: Language) -> None:
    broken = language.fingerprint("def f(: pass")
    assert broken == language.fingerprint("def f(: pass  # why")
    assert broken != language.fingerprint("def g(: pass")
    assert language.fingerprint("") != broken
