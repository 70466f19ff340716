"""What the tabs of the full-screen review hold, as rich draws it."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from codeopt.model.evidence import Profile
from codeopt.report.printing import printable
from codeopt.review import describe
from codeopt.review.session import Review

TABS = (
    ("diff", "Diff"),
    ("evidence", "Evidence"),
    ("why", "Explanation"),
    ("tried", "Tried before"),
    ("talk", "Talk"),
    ("profile", "Profile"),
)


def listed(lines: list[str]) -> Text:
    """Return lines as the points of a list."""
    return Text("\n".join(f"• {line}" for line in lines))


def profile(review: Review, number: int, after: Profile | None) -> RenderableType:
    """Return the hot functions before any change, or before and after, the reviewed one bold."""
    before = review.record.profile
    if after is not None:
        return _compared(review, number, after)
    if before is None:
        return Text("The workload was not profiled.")
    table = Table.grid(padding=(0, 2))
    for spot in before.hotspots[:25]:
        style = "bold" if spot.id == review.patches[number].target else ""
        bar = "█" * max(1, round(spot.own_share * 30))
        table.add_row(
            Text(f"{spot.own_share:.1%}", style),
            Text(bar, "cyan"),
            Text(printable(str(spot.id)), style),
        )
    return table


def _compared(review: Review, number: int, after: Profile) -> RenderableType:
    """Return the time of each function before and after."""
    table = Table.grid(padding=(0, 2))
    table.add_row(*(Text(word, "italic") for word in ("before", "after", "change", "own time of")))
    target = printable(str(review.patches[number].target))
    for name, was, now, change in describe.compared(review.record.profile, after):
        style = "bold" if name == target else ""
        table.add_row(*(Text(each, style) for each in (was, now, change, name)))
    return table
