"""Build assignments from source text with the real parser."""

from codeopt.adapters.python_language import PythonLanguage
from codeopt.discover.graph import CallGraph
from codeopt.model.code import CodeMap, FunctionId
from codeopt.ports import Assignment


def assignment(sources: dict[str, str], target: str) -> Assignment:
    """Return an assignment for ``path::qualname``."""
    language = PythonLanguage()
    data = {path: text.encode() for path, text in sources.items()}
    code = CodeMap(tuple(language.parse(path, data[path]) for path in sorted(data)))
    path, _, qualname = target.partition("::")
    info = code.functions[FunctionId(path, qualname)]
    return Assignment(info, code, data, graph=CallGraph(code))
