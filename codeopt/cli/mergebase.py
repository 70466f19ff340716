"""Find the commit that a pull request is to be compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from codeopt.model.errors import CodeoptError, PreconditionError, UsageError

_DEFAULTS = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
_WHOLE = "check out the whole history: fetch-depth: 0 (GitHub), GIT_DEPTH: 0 (GitLab)"


class History(Protocol):
    """Answer what is asked of a repository's commits."""

    def resolve(self, revision: str) -> str:
        """Return the id of a commit; raise UsageError when there is none."""

    def merge_base(self, one: str, other: str) -> str:
        """Return the best common ancestor; raise UsageError when there is none."""

    @property
    def is_shallow(self) -> bool:
        """Tell whether older commits were left out of this clone."""


def find_base(history: History, named: str, environ: Mapping[str, str], head: str) -> str:
    """Return the merge base of ``head`` and what is named, or what the CI or git says it goes to.

    Raises PreconditionError where the clone does not hold it, UsageError where ``named`` is wrong.
    """
    tip = _tip(history, named, environ)
    try:
        base = history.merge_base(tip, head)
    except UsageError as error:
        text = f"{tip[:12]} and {head[:12]} have no common ancestor in this clone"
        hint = _WHOLE if history.is_shallow else "name another base with --base"
        raise PreconditionError(text, hint=hint) from error
    if base == head and not named:
        text = "HEAD is a part of the base already, so there is no change to look at"
        raise PreconditionError(text, hint="name what to compare with: --base HEAD~1")
    return base


def _tip(history: History, named: str, environ: Mapping[str, str]) -> str:
    if named:
        return _named(history, named)
    asked = dict.fromkeys(_asked(environ))
    found = _first(history, asked or dict.fromkeys(_DEFAULTS))
    if found is None and asked:
        text = f"{next(iter(asked))} is not in this clone, so there is nothing to compare with"
        raise PreconditionError(text, hint=_WHOLE)
    if found is None:
        text = "there is no default branch to compare with"
        raise PreconditionError(text, hint="name a branch or a commit with --base")
    return found


def _named(history: History, named: str) -> str:
    try:
        return history.resolve(named)
    except CodeoptError as error:
        if history.is_shallow:
            raise PreconditionError(f"{named} is not in this clone", hint=_WHOLE) from error
        raise


def _asked(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield what the CI says that the change goes to, the surest first."""
    if sha := environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        yield sha
    for name in ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"):
        if branch := environ.get(name):
            yield from (f"origin/{branch}", branch)


def _first(history: History, revisions: Mapping[str, None]) -> str | None:
    for revision in revisions:
        try:
            return history.resolve(revision)
        except CodeoptError:
            continue
    return None
