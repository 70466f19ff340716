"""Edits of Python text, one awkward file at a time."""

from __future__ import annotations

import ast
import textwrap

import pytest

from codeopt.adapters.python_language import PythonLanguage
from codeopt.model.candidate import Candidate, FunctionSource, UnparsableError
from codeopt.model.code import FunctionId


def names(source: str | bytes) -> list[str]:
    encoded = source.encode() if isinstance(source, str) else source
    return [f.id.qualname for f in PythonLanguage().parse("m.py", encoded).functions]


def rewritten(
    source: str | bytes,
    new: str,
    *,
    of: str = "f",
    helpers: tuple[str, ...] = (),
    imports: tuple[str, ...] = (),
) -> str:
    """Apply one new function; return the file, or the same when nothing changed."""
    encoded = source.encode() if isinstance(source, str) else source
    target = FunctionId("m.py", of)
    candidate = Candidate("d", target, (FunctionSource(target, new),), helpers, imports)
    patch = PythonLanguage().apply(candidate, {"m.py": encoded})
    return (patch.files[0].after if patch.files else encoded).decode()


def block(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


# ------------------------------------------------------------------------------------- parse
def test_global_statement_gives_module_names() -> None:
    assert names(
        "def f():\n    global g, C\n    def g(): pass\n    class C:\n        def m(self): pass\n"
    ) == [
        "f",
        "g",
        "C.m",
    ]


def test_classes_inside_functions_and_blocks() -> None:
    source = block(
        """
        if True:
            try:
                def a(): pass
            except ImportError:
                class B:
                    class C:
                        async def m(self):
                            def n(): yield
        else:
            def a(): return 1
        """
    )
    assert names(source) == ["a", "B.C.m", "B.C.m.<locals>.n", "a"]


def test_one_line_definitions_and_semicolons() -> None:
    assert names(
        "def f(): return 1; x = 2\nclass A: x = 1; y = lambda: (yield)\ndef g(): pass"
    ) == [
        "f",
        "g",
    ]


@pytest.mark.parametrize(
    ("source", "intact"),
    [
        ("def a(): pass\nx = (1,\n\ndef b():\n    pass\n", ["a", "b"]),
        (
            "class C:\n    def m(self:\n        pass\n\n    @d\n    def n(self):\n        pass\n",
            ["C.n"],
        ),
        ("def a():\n    '''open\n\ndef b():\n    return 1\n", ["b"]),
        ("def a(:\n    pass\n\nasync def b():\n    def c(): pass\n", ["b", "b.<locals>.c"]),
        ("if x\n    def a(): pass\ndef b(): pass\n", ["a", "b"]),
        ("<<<<<<< ours\ndef a(): pass\n=======\ndef a(): return 1\n>>>>>>> theirs\n", ["a", "a"]),
    ],
)
def test_broken_files_give_their_intact_functions(source: str, intact: list[str]) -> None:
    file = PythonLanguage().parse("m.py", source.encode())
    assert [f.id.qualname for f in file.functions] == intact
    assert file.problems
    for function in file.functions:
        text = PythonLanguage().extract(source.encode(), function)
        assert ast.unparse(ast.parse(text))
        assert source.splitlines()[function.span.start_line - 1].strip() == text.splitlines()[0]


def test_python_2_is_a_problem() -> None:
    (problem,) = PythonLanguage().parse("m.py", b"x = 1\nprint 'x'\n").problems
    assert (problem.line, problem.text) == (2, "Python 2 syntax: print 'x'")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (b"x = '\xe9'\n", "not UTF-8 (byte 5)"),
        (b"# coding: latin-1\nx = '\xc3\xa9'\n", "declared as latin-1; only UTF-8 is read"),
    ],
)
def test_other_encodings_are_said(source: bytes, text: str) -> None:
    file = PythonLanguage().parse("m.py", source)
    assert [p.text for p in file.problems] == [text]
    assert file.functions == ()


def test_calls_belong_to_the_function_whose_body_makes_them() -> None:
    source = block(
        """
        @register(option())
        def f(x=default()):
            def g(y=late()):
                return a.b.c(y)
            class L(base()):
                z = inside()
            return [h(i) for i in g()] + "".join(k()).split(",")
        """
    )
    file = PythonLanguage().parse("m.py", source.encode())
    calls = {f.id.name: sorted((c.callee, c.line) for c in f.calls) for f in file.functions}
    last = [(".join", 7), (".split", 7), ("g", 7), ("h", 7), ("k", 7)]
    assert calls["f"] == sorted([("late", 3), ("base", 5), ("inside", 6), *last])
    assert calls["g"] == [("a.b.c", 4)]


# ------------------------------------------------------------------------------ functions in place
def test_strings_of_several_lines_never_move_but_docstrings_do() -> None:
    source = block(
        '''
        class A:
            def f(self):
                """Doc.

                More.
                """
                return """one
          two
                three"""
        '''
    )
    language = PythonLanguage()
    (function,) = language.parse("m.py", source.encode()).functions
    text = language.extract(source.encode(), function)
    assert '    More.\n    """\n' in text
    assert 'return """one\n  two\n        three"""' in text
    new = text.replace("one", "eins").replace("More", "Mehr")
    after = rewritten(source, new, of="A.f")
    assert after == source.replace("one", "eins").replace("More", "Mehr")


@pytest.mark.parametrize("quote", ['"""', "'''"])
@pytest.mark.parametrize("prefix", ["", "r", "f", "b"])
def test_new_strings_keep_their_value(prefix: str, quote: str) -> None:
    new = f"def f(self):\n    x = {prefix}{quote}a\n  b\n{quote}\n    return x, 'c\\\n  d'\n"
    after = rewritten("class A:\n\tdef f(self):\n\t\tpass\n", new, of="A.f")
    wanted = [ast.dump(n) for n in ast.walk(ast.parse(new)) if isinstance(n, ast.Constant)]
    found = [ast.dump(n) for n in ast.walk(ast.parse(after)) if isinstance(n, ast.Constant)]
    assert found == wanted


def test_line_ends_of_the_file_are_kept() -> None:
    source = "import os\r\n\r\ndef f():\r\n    a = 1\r\n    return a"
    after = rewritten(source, "def f():\n    a = 2\n    b = 3\n    return a\n")
    assert after == "import os\r\n\r\ndef f():\r\n    a = 2\r\n    b = 3\r\n    return a"


def test_unchanged_lines_keep_odd_bytes() -> None:
    source = "def f(a):\n    x = a   \n# at the margin\n    \n    y = x\r\n    return y"
    new = "def f(a):\n    x = a   \n# at the margin\n    \n    y = x\n    return y + 0\n"
    assert rewritten(source, new) == source.replace("return y", "return y + 0")


def test_tabs_of_the_file_are_adopted() -> None:
    source = "class A:\n\tdef f(self, a):\n\t\tif a:\n\t\t\treturn 1\n\t\treturn 2\n"
    new = "def f(self, a):\n    if a:\n        return 3\n    return 2\n"
    assert rewritten(source, new, of="A.f") == source.replace("return 1", "return 3")
    spaces = source.replace("\t", "  ")
    tabs = "def f(self, a):\n\tif a:\n\t\treturn 3\n\treturn 2\n"
    assert rewritten(spaces, tabs, of="A.f") == spaces.replace("return 1", "return 3")


def test_byte_order_mark_and_cookie_stay_first() -> None:
    source = b"\xef\xbb\xbf# -*- coding: utf-8 -*-\ndef f():\n    return '\xc3\xa9'\n"
    new = "def f():\n    return deque('é€')\n"
    after = rewritten(source, new, imports=("from collections import deque",))
    assert after.startswith(
        "\ufeff# -*- coding: utf-8 -*-\nfrom collections import deque\n\n\ndef f"
    )
    first = rewritten(b"\xef\xbb\xbfdef f():\n    return 1\n", new, imports=("import os",))
    assert first == "\ufeff" + new


def test_the_text_may_carry_a_comment_above() -> None:
    after = rewritten("x = 1\n\ndef f():\n    return 1\n", "# faster\n@d\ndef f():\n    return 2\n")
    assert after == "x = 1\n\n# faster\n@d\ndef f():\n    return 2\n"


def test_nested_function_and_one_liner() -> None:
    source = "def f():\n    def g(): return 1\n    return g\n"
    new = "def g():\n    x = 2\n    return x"
    after = rewritten(source, new, of="f.<locals>.g")
    assert after == "def f():\n    def g():\n        x = 2\n        return x\n    return g\n"


def test_of_several_definitions_the_decorators_tell() -> None:
    source = block(
        """
        class A:
            @property
            def x(self):
                return 1

            @x.setter
            def x(self, v):
                pass
        """
    )
    getter = rewritten(source, "@property\ndef x(self):\n    return 2\n", of="A.x")
    assert getter == source.replace("return 1", "return 2")
    setter = rewritten(source, "@x.setter\ndef x(self, v):\n    v()\n", of="A.x")
    assert setter == source.replace("pass", "v()")


def test_functions_of_several_files_change_together() -> None:
    sources = {"a.py": b"import re\ndef f(): return 1\n", "b.py": b"def g(): return 1\n"}
    ids = (FunctionId("a.py", "f"), FunctionId("b.py", "g"))
    texts = ("def f(): return re, _H", "def g(): return re")
    functions = tuple(FunctionSource(i, t) for i, t in zip(ids, texts, strict=True))
    candidate = Candidate("d", ids[0], functions, ("_H = 1",), ("import re",))
    changes = {c.path: c.after for c in PythonLanguage().apply(candidate, sources).files}
    assert changes == {
        "a.py": b"import re\n_H = 1\n\n\ndef f(): return re, _H\n",
        "b.py": b"import re\n\n\ndef g(): return re\n",
    }


def test_a_function_and_its_inner_one_cannot_both_change() -> None:
    source = b"def f():\n    def g(): pass\n"
    ids = (FunctionId("m.py", "f"), FunctionId("m.py", "f.<locals>.g"))
    texts = (FunctionSource(ids[0], "def f(): pass"), FunctionSource(ids[1], "def g(): return 1"))
    with pytest.raises(UnparsableError, match="lie in each other"):
        PythonLanguage().apply(Candidate("d", ids[0], texts), {"m.py": source})


# ----------------------------------------------------------------------------- helpers and imports
def test_helpers_stand_before_the_statement_that_uses_them() -> None:
    source = block(
        """
        import re

        # About g.
        @decorated
        def g():
            return 1


        # About A.
        # More.
        @decorated
        class A:
            def f(self):
                return 1
        """
    )
    after = rewritten(
        source,
        "def f(self):\n    return _help(_P)\n",
        of="A.f",
        helpers=("_P = re.compile('x')", "_Q = 1\n", "def _help(p):\n    return p"),
    )
    added = "_P = re.compile('x')\n_Q = 1\n\n\ndef _help(p):\n    return p\n\n\n"
    before, comment, rest = source.partition("# About A.")
    assert after == before + added + comment + rest.replace("return 1", "return _help(_P)")


def test_helpers_wait_for_what_they_need_at_once() -> None:
    source = "def f():\n    return 1\n\n\nimport re\n\nX = 2\nY = 3\n"
    after = rewritten(source, "def f():\n    return _P\n", helpers=("_P = re.compile(str(X))",))
    assert after == source.replace("return 1", "return _P").replace(
        "X = 2\n", "X = 2\n\n\n_P = re.compile(str(X))\n"
    )
    lazy = rewritten(source, "def f():\n    return _g\n", helpers=("def _g(): return X",))
    assert lazy.startswith("def _g(): return X\n\n\ndef f()")


def test_a_helper_that_is_there_already_is_not_added_again() -> None:
    source = "_P = 1  # why\n\n\ndef f():\n    return 1\n"
    after = rewritten(source, "def f():\n    return _P\n", helpers=("_P = 1",))
    assert after == source.replace("return 1", "return _P")


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        ("", "import re\n\n\n"),
        ('"""Doc."""\n\n', '"""Doc."""\n\nimport re\n\n'),
        ("#!/bin/sh\n\n", "#!/bin/sh\n\nimport re\n\n\n"),
        (
            '"""Doc."""\nfrom __future__ import annotations\n\n',
            '"""Doc."""\nfrom __future__ import annotations\n\nimport re\n\n',
        ),
        ("import os  # why\nimport sys\n\n", "import os  # why\nimport sys\nimport re\n\n"),
        ("import os; x = '''\n'''\n", "import os; x = '''\n'''\nimport re\n"),
        ("from a import (\n    b,\n)\nX = 1\n", "from a import (\n    b,\n)\nimport re\nX = 1\n"),
        ("import re\n", "import re\n"),
        ("try:\n    import re\nexcept ImportError: pass\n", None),
        (
            "if TYPE_CHECKING:\n    import re\n",
            "import re\n\n\nif TYPE_CHECKING:\n    import re\n",
        ),
        ("import os\nX = 1\nimport sys\n", "import os\nimport re\nX = 1\nimport sys\n"),
    ],
)
def test_imports_join_those_that_are_there(opening: str, expected: str | None) -> None:
    new = "def f():\n    return re\n"
    after = rewritten(f"{opening}def f():\n    return 1\n", new, imports=("import re",))
    assert after == (opening if expected is None else expected) + new


def test_own_packages_join_the_last_imports() -> None:
    source = "import sys\nsys.path.append('lib')\nimport own\n\ndef f():\n    return 1\n"
    new = "def f():\n    return tool, a, b\n"
    after = rewritten(source, new, imports=("from own.x import tool", "from .y import a, b"))
    assert "import own\nfrom own.x import tool\nfrom .y import a, b\n\ndef f" in after


def test_imports_that_nothing_uses_are_left_out() -> None:
    after = rewritten(
        "def f():\n    return 1\n", "def f():\n    return 2\n", imports=("import re",)
    )
    assert "import" not in after


@pytest.mark.parametrize(
    ("source", "helper", "line"),
    [
        ("_h = 1\n", "_h = 2", ""),
        ("try:\n    pass\nexcept OSError as _h:\n    pass\n", "_h = 2", ""),
        ("def g():\n    global _h\n    _h = 1\n", "_h = 2", ""),
        ("from x import *\ndef g():\n    return _h\n", "_h = 2", ""),
        ("", "len = 2", ""),
        ("", "import os", ""),
        ("", "for i in (): pass", ""),
        ("", "x.y = 1", ""),
        ("_h = 1\n", "", "import _h"),
        ("_h = 1\n", "", "from x import y as _h"),
        ("", "", "from math import pow"),
        ("", "", "from x import *"),
        ("", "", "from __future__ import annotations"),
        ("", "", "x = 1"),
        ("", "", "import ("),
    ],
)
def test_what_would_mean_something_else_is_refused(source: str, helper: str, line: str) -> None:
    new = "def f():\n    return _h, pow, len, annotations\n"
    with pytest.raises(UnparsableError):
        rewritten(
            f"{source}def f():\n    return 1\n",
            new,
            helpers=(helper,) if helper else (),
            imports=(line,) if line else (),
        )


def test_packages_share_their_name() -> None:
    source = "import os\n\ndef f():\n    return 1\n"
    after = rewritten(source, "def f():\n    return os.path\n", imports=("import os.path",))
    assert after.startswith("import os\nimport os.path\n")


def test_syntax_newer_than_the_own_interpreter_is_edited_too() -> None:
    source = "type X = int\n\nclass A:\n    def f[T](self, a: T) -> T:\n        return a\n"
    new = "def f[T](self, a: T) -> T:\n    return _id(a)\n"
    after = rewritten(source, new, of="A.f", helpers=("def _id(a): return a",))
    added = "def _id(a): return a\n\n\nclass A"
    assert after == source.replace("return a", "return _id(a)").replace("class A", added)


def test_files_with_errors_are_not_edited() -> None:
    with pytest.raises(UnparsableError, match="syntax errors"):
        rewritten("def f():\n    return 1\nx = (\n", "def f():\n    return 2\n")


def test_what_parses_alone_but_not_in_place_is_refused() -> None:
    with pytest.raises(UnparsableError, match="does not parse"):
        rewritten(
            "class A:\n    def f(self):\n        return 1\n",
            "def f(self):\n    return lambda:\\\n    1 \\",
            of="A.f",
        )
