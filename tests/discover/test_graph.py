"""Who calls whom, as far as static names tell."""

from __future__ import annotations

import textwrap

import pytest

from codeopt.adapters.python_language import PythonLanguage
from codeopt.discover.graph import CallGraph
from codeopt.model.code import CodeMap, FunctionId

_FILES = {
    "src/pkg/__init__.py": "from .core import run as go\nfrom .shapes import *\n",
    "src/pkg/core.py": """
        import os
        import pkg.text.words as words
        from . import text
        from .shapes import Square
        from .cycle import lost

        def run(x, hook):
            hook()
            helper(x)
            helper(x)
            words.count(x)
            text.words.split(x)
            s = Square(x)
            s.area()
            os.getcwd()
            lost()

        def helper(x):
            def inner():
                return inner() or later()
            def later():
                return len(x)
            return inner()
        """,
    "src/pkg/cycle.py": "from .cycle2 import lost\n",
    "src/pkg/cycle2.py": "from .cycle import lost\n",
    "src/pkg/shapes.py": """
        class Shape:
            def __init__(self): self.reset()
            def reset(self): pass
            def area(self): return self.side() + self.missing()
            @classmethod
            def make(cls): return cls.build()
            @classmethod
            def build(cls): pass

        class Square(Shape):
            def reset(self):
                Shape.reset(self)
                def later(): return self.area()
            def side(self): return 1

        class Loop(Loop2): pass
        class Loop2(Loop):
            def f(self): return self.g()
        """,
    "src/pkg/text/__init__.py": "",
    "src/pkg/text/words.py": "def count(x): return split(x)\ndef split(x): return x.split()\n",
    "tool.py": """
        import pkg
        from pkg import go, Square

        def main():
            go(1)
            pkg.core.helper(2)
            Square.make()
        """,
}


@pytest.fixture
def graph() -> CallGraph:
    language = PythonLanguage()
    texts = {path: textwrap.dedent(text) for path, text in sorted(_FILES.items())}
    files = tuple(language.parse(path, text.encode()) for path, text in texts.items())
    return CallGraph(CodeMap(files))


def spelled(ids: tuple[FunctionId, ...]) -> list[str]:
    return [str(each).removeprefix("src/pkg/") for each in ids]


CORE, SHAPES = "src/pkg/core.py", "src/pkg/shapes.py"


def test_names_of_the_module_and_its_imports(graph: CallGraph) -> None:
    run = FunctionId(CORE, "run")
    assert spelled(graph.callees(run)) == [
        "core.py::helper",
        "text/words.py::count",
        "text/words.py::split",
        "shapes.py::Shape.__init__",
    ]
    assert graph.unresolved(run) == ("hook", "area", "getcwd", "lost")


def test_packages_aliases_and_stars(graph: CallGraph) -> None:
    assert spelled(graph.callees(FunctionId("tool.py", "main"))) == [
        "core.py::run",
        "core.py::helper",
        "shapes.py::Shape.make",
    ]


def test_nested_functions_see_their_own_names_first(graph: CallGraph) -> None:
    inner = FunctionId(CORE, "helper.<locals>.inner")
    assert spelled(graph.callees(inner)) == ["core.py::helper.inner", "core.py::helper.later"]
    assert graph.unresolved(FunctionId(CORE, "helper.<locals>.later")) == ("len",)


def test_methods_through_self_cls_and_bases(graph: CallGraph) -> None:
    def of(name: str) -> list[str]:
        return spelled(graph.callees(FunctionId(SHAPES, name)))

    assert of("Shape.__init__") == ["shapes.py::Shape.reset"]
    assert of("Shape.make") == ["shapes.py::Shape.build"]
    assert of("Square.reset") == ["shapes.py::Shape.reset"]
    assert of("Square.reset.<locals>.later") == ["shapes.py::Shape.area"]
    assert of("Shape.area") == []
    assert graph.unresolved(FunctionId(SHAPES, "Shape.area")) == ("side", "missing")
    assert graph.unresolved(FunctionId(SHAPES, "Loop2.f")) == ("g",)


def test_callers_are_the_inverse(graph: CallGraph) -> None:
    assert spelled(graph.callers(FunctionId(CORE, "helper"))) == ["core.py::run", "tool.py::main"]
    assert spelled(graph.callers(FunctionId(CORE, "run"))) == ["tool.py::main"]
    assert graph.callers(FunctionId("tool.py", "main")) == ()
    assert spelled(graph.possible_callers("area")) == ["core.py::run"]


def test_what_is_not_there_calls_nothing(graph: CallGraph) -> None:
    assert graph.calls(FunctionId("gone.py", "f")).resolved == ()
