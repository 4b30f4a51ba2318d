"""Emptying a layout that is filled anew."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout


def clear(layout: QLayout) -> None:
    """Takes all widgets out of the layout; they go with the next turn of the event loop."""
    while (item := layout.takeAt(0) if layout.count() else None) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
