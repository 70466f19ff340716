"""The forms of an export, by themselves: the command line names them before it loads anything."""

from __future__ import annotations

from enum import StrEnum


class Form(StrEnum):
    """Name the forms of an export."""

    ROWS = "rows"
    SFT = "sft"
    DPO = "dpo"
    RRHF = "rrhf"
