"""Make command-line options out of settings, so that each is declared once, in ``config.py``."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from codeopt import config

_PANELS = {
    "run": "What is worked on",
    "project": "The project",
    "profile": "Profile",
    "record": "Recorded calls",
    "model": "Model and money",
    "judge": "The same?",
    "measure": "Faster?",
    "sandbox": "Sandbox",
}
_SHORT = {"strategy": ["-s"], "model": ["-m"], "jobs": ["-j"]}


def with_settings(*slices: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add an option for each setting of some slices; the command gets them as ``flags``.

    ``flags`` maps setting names to values; None means that the option was not given.
    """
    described = [each for each in config.describe() if each.slice in slices]

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        own = inspect.signature(command, eval_str=True)

        @functools.wraps(command)
        def wrapped(**values: Any) -> Any:
            flags = {each.name: values.pop(each.name) for each in described}
            flags = {name: None if value == [] else value for name, value in flags.items()}
            return command(**values, flags=flags)

        kept = [p for p in own.parameters.values() if p.name != "flags"]
        signature = own.replace(parameters=[*kept, *map(_parameter, described)])
        wrapped.__signature__ = signature  # type: ignore[attr-defined]
        wrapped.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
        return wrapped

    return decorate


def _parameter(each: config.Described) -> inspect.Parameter:
    default = each.default
    shown = "" if default in ("", (), False) else f" Default: {_shown(default)}."
    names = [f"--{each.dashed}", *_SHORT.get(each.name, [])]
    if each.kind is bool:
        names = [f"--{each.dashed}/--no-{each.dashed}"]
    single = each.kind in (str, int, float, bool) and not each.several
    kind: Any = each.kind if single else list[str]
    kind = str if each.kind is int and default >= 1 << 20 else kind  # sizes such as 4G
    panel = _PANELS[each.slice]
    option = typer.Option(*names, help=each.text + shown, show_default=False, rich_help_panel=panel)
    return inspect.Parameter(
        each.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, option],
    )


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, int) and value >= 1 << 20:
        return f"{value >> 20}M"
    return f"{value:g}" if isinstance(value, float) else str(value)
