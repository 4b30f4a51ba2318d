"""The list at the left of a window with pages."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from app.ui import theme

WIDTH, ROW = 170, 32


def page_list(title: str, pages: Mapping[str, str]) -> QListWidget:
    """A row for each page, whose name is the item's user data; `title` is what screen readers say."""
    result = QListWidget()
    result.setObjectName("pages")
    result.setAccessibleName(title)
    result.setFixedWidth(WIDTH)
    result.setFont(theme.font(12.5))
    result.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    for name, text in pages.items():
        item = QListWidgetItem(text)
        item.setData(Qt.ItemDataRole.UserRole, name)
        item.setSizeHint(QSize(0, ROW))
        result.addItem(item)
    return result
