"""Find the constructs that a rewrite may not bring in: clocks, frames, files, threads and so on."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codeopt.verify.change import Imported, functions_in, imports_in

CLOCK = "reads the clock"
FRAMES = "looks into frames or the interpreter"
COLLECTOR = "touches the garbage collector"
TESTING = "touches a test framework"
ENVIRONMENT = "touches the environment"
THREADS = "starts threads or tasks"
PROCESSES = "touches processes or signals"
NETWORK = "touches the network"
READS = "reads files"
WRITES = "writes files"
MACHINERY = "imports or runs code from text"
NATIVE = "calls native code by hand"
PATCHES = "patches names that are not its own"
DUNDERS = "reaches through special attributes"
RANDOM = "draws random numbers"


@dataclass(frozen=True, slots=True, order=True)
class Construct:
    """Name a forbidden thing: its kind, how it is spelled, and where."""

    kind: str
    what: str
    line: int = 0


_MODULES = {
    "time": CLOCK,
    "timeit": CLOCK,
    "sched": CLOCK,
    "inspect": FRAMES,
    "traceback": FRAMES,
    "sys": FRAMES,
    "linecache": FRAMES,
    "faulthandler": FRAMES,
    "bdb": FRAMES,
    "pdb": FRAMES,
    "trace": FRAMES,
    "tracemalloc": FRAMES,
    "cProfile": FRAMES,
    "profile": FRAMES,
    "dis": FRAMES,
    "gc": COLLECTOR,
    "pytest": TESTING,
    "_pytest": TESTING,
    "unittest": TESTING,
    "doctest": TESTING,
    "mock": TESTING,
    "nose": TESTING,
    "hypothesis": TESTING,
    "conftest": TESTING,
    "threading": THREADS,
    "_thread": THREADS,
    "concurrent": THREADS,
    "multiprocessing": PROCESSES,
    "subprocess": PROCESSES,
    "signal": PROCESSES,
    "atexit": PROCESSES,
    "resource": PROCESSES,
    "pty": PROCESSES,
    "os": PROCESSES,
    "posix": PROCESSES,
    "socket": NETWORK,
    "ssl": NETWORK,
    "http": NETWORK,
    "urllib.request": NETWORK,
    "requests": NETWORK,
    "httpx": NETWORK,
    "ftplib": NETWORK,
    "smtplib": NETWORK,
    "shutil": WRITES,
    "tempfile": WRITES,
    "shelve": WRITES,
    "dbm": WRITES,
    "sqlite3": WRITES,
    "pathlib": READS,
    "io.open": READS,
    "codecs.open": READS,
    "glob": READS,
    "fileinput": READS,
    "mmap": READS,
    "importlib": MACHINERY,
    "imp": MACHINERY,
    "runpy": MACHINERY,
    "pkgutil": MACHINERY,
    "zipimport": MACHINERY,
    "builtins": MACHINERY,
    "code": MACHINERY,
    "codeop": MACHINERY,
    "marshal": MACHINERY,
    "pickle": MACHINERY,
    "types.FunctionType": MACHINERY,
    "types.CodeType": MACHINERY,
    "types.LambdaType": MACHINERY,
    "ctypes": NATIVE,
    "cffi": NATIVE,
    "_ctypes": NATIVE,
    "random": RANDOM,
    "secrets": RANDOM,
    "uuid": RANDOM,
    "datetime.datetime.now": CLOCK,
    "datetime.datetime.utcnow": CLOCK,
    "datetime.datetime.today": CLOCK,
    "datetime.date.today": CLOCK,
    "asyncio.create_task": THREADS,
    "asyncio.ensure_future": THREADS,
    "asyncio.gather": THREADS,
    "asyncio.wait": THREADS,
    "asyncio.as_completed": THREADS,
    "asyncio.TaskGroup": THREADS,
    "asyncio.to_thread": THREADS,
    "asyncio.run": THREADS,
    "asyncio.run_coroutine_threadsafe": THREADS,
}
_OS = {
    "environ": ENVIRONMENT,
    "environb": ENVIRONMENT,
    "getenv": ENVIRONMENT,
    "getenvb": ENVIRONMENT,
    "putenv": ENVIRONMENT,
    "unsetenv": ENVIRONMENT,
    "getcwd": READS,
    "listdir": READS,
    "scandir": READS,
    "walk": READS,
    "stat": READS,
    "lstat": READS,
    "access": READS,
    "readlink": READS,
    "open": WRITES,
    "remove": WRITES,
    "unlink": WRITES,
    "rename": WRITES,
    "replace": WRITES,
    "mkdir": WRITES,
    "makedirs": WRITES,
    "rmdir": WRITES,
    "symlink": WRITES,
    "link": WRITES,
    "write": WRITES,
    "truncate": WRITES,
    "chmod": WRITES,
    "utime": WRITES,
}
_PURE = frozenset(
    {
        *("sys.maxsize", "sys.maxunicode", "sys.version_info", "sys.byteorder", "sys.platform"),
        *("sys.float_info", "sys.int_info", "sys.hash_info", "sys.intern"),
        *("os.fspath", "os.PathLike", "os.sep", "os.altsep", "os.extsep", "os.pathsep", "os.name"),
        *("os.linesep", "os.path", "os.path.join", "os.path.split", "os.path.splitext"),
        *("os.path.basename", "os.path.dirname", "os.path.normpath", "os.path.sep"),
        *("os.path.isabs", "os.path.commonprefix", "os.path.commonpath", "os.path.normcase"),
        *("pathlib.PurePath", "pathlib.PurePosixPath", "pathlib.PureWindowsPath"),
        *("types", "io"),
    }
)
_BUILTINS = {
    "open": READS,
    "input": READS,
    "__import__": MACHINERY,
    "exec": MACHINERY,
    "eval": MACHINERY,
    "compile": MACHINERY,
    "globals": DUNDERS,
    "locals": DUNDERS,
    "__builtins__": DUNDERS,
    "__loader__": DUNDERS,
    "__spec__": DUNDERS,
    "exit": PROCESSES,
    "quit": PROCESSES,
    "breakpoint": FRAMES,
    "SystemExit": PROCESSES,
    "KeyboardInterrupt": PROCESSES,
}
_SPECIAL = frozenset(
    {
        *("__globals__", "__code__", "__closure__", "__subclasses__", "__builtins__", "__bases__"),
        *("__mro__", "__base__", "__defaults__", "__kwdefaults__", "__wrapped__", "__func__"),
        *("__loader__", "__spec__", "__import__", "__getattribute__", "__traceback__"),
        *("f_back", "f_locals", "f_globals", "f_builtins", "f_code", "tb_frame"),
        *("gi_frame", "cr_frame", "ag_frame", "gi_code", "cr_code", "ag_code"),
    }
)
_METHODS = {
    "write_text": WRITES,
    "write_bytes": WRITES,
    "symlink_to": WRITES,
    "hardlink_to": WRITES,
    "rmdir": WRITES,
    "unlink": WRITES,
    "read_text": READS,
    "read_bytes": READS,
    "create_task": THREADS,
    "run_in_executor": THREADS,
    "ensure_future": THREADS,
    "call_soon": THREADS,
    "call_later": THREADS,
    "call_soon_threadsafe": THREADS,
    "settrace": FRAMES,
    "setprofile": FRAMES,
}


class Names:
    """Resolve names of a file to what they were imported from."""

    def __init__(self, tree: ast.Module) -> None:
        self._meaning = {item.bound: item.dotted for item in imports_in([tree])}
        self.own = {
            node.name
            for node in tree.body
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        }
        self.imported = frozenset(self._meaning)
        self.roots = {meaning.partition(".")[0] for meaning in self._meaning.values()}
        self.modules = frozenset(item.bound for item in imports_in([tree]) if not item.name)

    def dotted(self, node: ast.AST) -> str:
        """Return the dotted name of an expression, imports resolved; "" when it has none."""
        if isinstance(node, ast.Name):
            return self._meaning.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value)
            return f"{base}.{node.attr}" if base else ""
        return ""


def constructs(nodes: Iterable[ast.AST], names: Names) -> Iterator[Construct]:
    """Yield every forbidden construct below the nodes."""
    for top in nodes:
        local = _local_names(top)
        for node in ast.walk(top):
            line = getattr(node, "lineno", 0)
            for kind, what in _found(node, names, local):
                yield Construct(kind, what, line)


def forbidden_module(item: Imported) -> str:
    """Return the kind of a module that is never to be imported anew, or ""."""
    kind = _classify(item.dotted if item.name else item.module)
    return kind or _MODULES.get(item.module.partition(".")[0], "")


def _found(node: ast.AST, names: Names, local: set[str]) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Name) and node.id not in local:
        yield from _name(node, names)
    elif isinstance(node, ast.Attribute):
        yield from _attribute(node, names)
    elif isinstance(node, ast.Call):
        yield from _call(node, names)
    elif isinstance(node, ast.Constant) and str(node.value) in _SPECIAL:
        yield DUNDERS, repr(node.value)
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for item in imports_in([node]):
            kind = forbidden_module(item)
            if kind and item.dotted not in _PURE and item.module not in _PURE:
                yield kind, str(item)


def _name(node: ast.Name, names: Names) -> Iterator[tuple[str, str]]:
    meaning = names.dotted(node)
    kind = _classify(meaning) if meaning != node.id or node.id in names.imported else ""
    kind = kind or ("" if node.id in names.own else _BUILTINS.get(node.id, ""))
    if kind and meaning not in _MODULES_THEMSELVES:
        yield kind, meaning


_MODULES_THEMSELVES = frozenset({"os", "sys", "pathlib", "datetime", "time", "random", "io"})


def _attribute(node: ast.Attribute, names: Names) -> Iterator[tuple[str, str]]:
    meaning = names.dotted(node)
    root = meaning.partition(".")[0]
    known = root in names.roots
    kind = _classify(meaning) if known else ""
    if kind:
        yield kind, meaning
    elif node.attr in _SPECIAL:
        yield DUNDERS, node.attr
    elif node.attr in _METHODS:
        yield _METHODS[node.attr], f".{node.attr}"
    elif node.attr == "__dict__" and meaning and (known or root in names.own):
        yield DUNDERS, meaning


def _classify(meaning: str) -> str:
    """Return the kind of a dotted name: the longest known prefix decides."""
    parts = meaning.split(".")
    if parts[0] == "os" and len(parts) > 1:
        if ".".join(parts[:3]) in _PURE or ".".join(parts[:2]) in _PURE - {"os.path"}:
            return ""
        return READS if parts[1] == "path" else _OS.get(parts[1], PROCESSES)
    for size in range(len(parts), 0, -1):
        prefix = ".".join(parts[:size])
        if prefix in _PURE:
            return ""
        if prefix in _MODULES:
            return _MODULES[prefix]
    return ""


def _call(node: ast.Call, names: Names) -> Iterator[tuple[str, str]]:
    function = names.dotted(node.func)
    if function in {"open", "io.open"} and _writes(node):
        yield WRITES, "open for writing"
    if function == "getattr" and len(node.args) > 1 and _computed(node.args[1]):
        yield DUNDERS, f"getattr with a computed name `{ast.unparse(node.args[1])}`"
    if function in {"vars", "dir"} and not node.args:
        yield DUNDERS, f"{function}()"
    if function == "vars" and node.args and names.dotted(node.args[0]) in _roots(names):
        yield DUNDERS, ast.unparse(node)
    if isinstance(node.func, ast.Attribute) and node.func.attr == "open":
        owner = node.func.value
        if not isinstance(owner, ast.Name) or owner.id not in names.imported:
            yield (WRITES if _writes(node, 0) else READS), ".open"


def _roots(names: Names) -> set[str]:
    return {names.dotted(ast.Name(name)) for name in names.imported} | names.own


def _writes(node: ast.Call, position: int = 1) -> bool:
    """Tell whether a call of ``open`` may write: only a constant mode without w, a, x, + reads."""
    modes = [k.value for k in node.keywords if k.arg == "mode"] + node.args[position : position + 1]
    if not modes:
        return False
    mode = modes[0]
    if not isinstance(mode, ast.Constant) or not isinstance(mode.value, str):
        return True
    return not set(mode.value) <= set("rbtU")


def _computed(node: ast.AST) -> bool:
    """Tell whether a name is put together on the spot, as one does to hide it."""
    return not isinstance(node, (ast.Constant, ast.Name, ast.Attribute))


def _local_names(top: ast.AST) -> set[str]:
    """Return parameters and assigned names, which are not the built-ins they are called like."""
    found: set[str] = set()
    for function in functions_in([top]):
        args = function.args
        every = (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
        found |= {arg.arg for arg in every if arg is not None}
    for node in ast.walk(top):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found
