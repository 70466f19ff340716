"""Take a change apart: what of it is code that can be compared, and which functions it changes."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from codeopt.model.candidate import Candidate, FileChange, FunctionSource, Patch, UnparsableError
from codeopt.model.code import CodeMap, FunctionId
from codeopt.model.errors import UsageError
from codeopt.model.reasons import Code, Reason
from codeopt.pipeline.judge import write
from codeopt.ports import Language
from codeopt.propose.digest import candidate_digest
from codeopt.propose.reply import Asked, read_answer
from codeopt.verify.change import (
    Change,
    change_of,
    changed_functions,
    compare,
    functions_in,
    same_code,
)
from codeopt.verify.locks import is_locked

_FENCE = "~" * 60


@dataclass(frozen=True, slots=True)
class Changed:
    """Hold a change to be judged.

    ``code`` are the files that exist on both sides and hold neither tests nor configuration: what
    the two versions are compared with. ``declared`` are the functions that differ, ``targets``
    those among them that differ in more than their docstring. ``unreadable`` are the files among
    them that can't be parsed.
    """

    patch: Patch
    code: Patch
    declared: tuple[FunctionId, ...]
    targets: tuple[FunctionId, ...]
    unreadable: tuple[str, ...] = ()

    def change(self, packages: frozenset[str]) -> Change:
        """Return what the gate is asked about; new modules are the project's own."""
        new = (PurePosixPath(each.path) for each in self.patch.files if not each.before)
        own = {part for path in new if path.suffix == ".py" for part in (*path.parts, path.stem)}
        return change_of(self.patch, self.declared, packages=packages | own)

    @property
    def is_idle(self) -> bool:
        """Tell whether it touches nothing but texts, tests, configuration and comments."""
        python = (each for each in self.patch.files if each.path.endswith(".py"))
        return not any(_differs(each) for each in python if not is_locked(each.path))


def take_apart(patch: Patch) -> Changed:
    """Find the functions that a patch changes; files that can't be parsed are left to the gate."""
    code = Patch(tuple(each for each in patch.files if _is_code(each) and each.before))
    declared: list[FunctionId] = []
    targets: list[FunctionId] = []
    unreadable: list[str] = []
    for file in change_of(code, ()).files:
        try:
            found = changed_functions(file.path, file.before or "", file.after or "")
            pairs = compare(file, frozenset(found)).functions
        except (SyntaxError, ValueError, RecursionError):
            unreadable.append(file.path)
            continue
        differing = {pair.qualname for pair in pairs if not same_code(pair.before, pair.after)}
        declared += found
        targets += [each for each in found if each.qualname in differing]
    return Changed(patch, code, tuple(declared), tuple(targets), tuple(unreadable))


def new_signatures(patch: Patch) -> frozenset[FunctionId]:
    """Return the functions of a patch that take other parameters than before."""
    found: set[FunctionId] = set()
    for file in change_of(patch, ()).files:
        if file.before and file.after:
            with suppress(SyntaxError, ValueError, RecursionError):
                names = changed_functions(file.path, file.before, file.after)
                pairs = compare(file, frozenset(names)).functions
                other = (p.qualname for p in pairs if _parameters(p.before) != _parameters(p.after))
                found.update(FunctionId(file.path, name) for name in other)
    return frozenset(found)


def _parameters(nodes: Sequence[ast.FunctionDef | ast.AsyncFunctionDef]) -> list[str]:
    return [ast.dump(node.args) for node in nodes]


def add_new_files(tree: Path, patch: Patch) -> None:
    """Put new files beside the original, which does not know them, so that the new code works."""
    for change in patch.files:
        path = tree / change.path
        inside = path.resolve().is_relative_to(tree.resolve())
        new = not change.before and change.after and not is_locked(change.path)
        if new and inside and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write(tree, Patch((change,)))


def written(
    language: Language, code: CodeMap, tree: Path, target: FunctionId, text: str
) -> Patch | Reason:
    """Write the function that a text holds, and its helpers, into the file of the target.

    A text that holds all that the file holds stands for the whole file. Raises UsageError when the
    function is not in it.
    """
    source = (tree / target.path).read_bytes()
    before = source.decode("utf-8", "replace")
    try:
        new = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        return Reason(Code.UNPARSABLE, f"the candidate can't be parsed: {error}")
    if target.name not in {function.name for function in functions_in([new])}:
        hint = "the file must hold the whole function, and new helpers if it has any"
        raise UsageError(f"the candidate does not define {target.name}", hint=hint)
    if _is_whole(before, new, target):
        return Patch((FileChange(target.path, source, text.encode()),))
    asked = Asked(target, language.extract(source, code.functions[target]), before)
    answer = read_answer(f"{_FENCE}python\n\n{text}\n{_FENCE}\n", asked)
    if isinstance(answer, Reason):
        return Reason(answer.code, answer.text)  # its hint is for a model
    functions = (FunctionSource(target, answer.function),)
    digest = candidate_digest(functions, answer.helpers, answer.imports)
    candidate = Candidate(digest, target, functions, answer.helpers, answer.imports)
    try:
        return language.apply(candidate, {target.path: source})
    except UnparsableError as error:
        return Reason(Code.UNPARSABLE, str(error))


def _is_whole(before: str, new: ast.Module, target: FunctionId) -> bool:
    """Tell whether a text repeats every statement of a file but the one that holds the target."""
    own = target.qualname.partition(".")[0]
    try:
        old = ast.parse(before).body
    except (SyntaxError, ValueError, RecursionError):
        return False
    wanted = [ast.dump(node) for node in old if getattr(node, "name", "") != own]
    return bool(wanted) and not set(wanted) - {ast.dump(node) for node in new.body}


def _is_code(change: FileChange) -> bool:
    return change.path.endswith(".py") and not is_locked(change.path) and bool(change.after)


def _differs(change: FileChange) -> bool:
    """Tell whether a file differs in more than comments, layout and docstrings."""
    try:
        before, after = (_bare(ast.parse(text)) for text in (change.before, change.after))
    except (SyntaxError, ValueError, RecursionError):
        return True
    return before != after


def _bare(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:]
    return ast.dump(tree)
