"""Which figures and tables there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.errors import fail
from app.reproduce import fig8, fig9, fig10, fig11, fig12, fig13, tab1, tab2
from app.reproduce.learning import Bench
from app.reproduce.outcome import Outcome

ITEMS: Mapping[str, Callable[[Bench], Outcome]] = {
    "fig8": fig8.reproduce,
    "fig9": fig9.reproduce,
    "fig10": fig10.reproduce,
    "fig11": fig11.reproduce,
    "fig12": fig12.reproduce,
    "fig13": fig13.reproduce,
    "tab1": tab1.reproduce,
    "tab2": tab2.reproduce,
}


def chosen(names: Sequence[str]) -> list[str]:
    """The names asked for, in the paper's order; none or `all`: every one. Raises ProblemError for unknown ones."""
    unknown = [name for name in names if name not in ITEMS and name != "all"]
    if unknown:
        raise fail(
            "no-figure", unknown[0], "the paper has no such figure or table here", f"choose {', '.join(ITEMS)}, all"
        )
    return list(ITEMS) if not names or "all" in names else [name for name in ITEMS if name in names]
