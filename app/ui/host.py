"""A window as its commands see it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow

from app.ui.desk import Desk

if TYPE_CHECKING:
    from app.ui.workspace import Workspace


class Host(QMainWindow):
    """What file commands and analyses need of the window they belong to."""

    desk: Desk

    @property
    def workspace(self) -> Workspace:
        """The page with the drawing, made when it is first asked for."""
        raise NotImplementedError

    @property
    def drawing_shown(self) -> bool:
        """Whether the drawing is in front, not the start page."""
        raise NotImplementedError

    def show_drawing(self) -> None:
        """Bring the drawing to the front."""
        raise NotImplementedError

    def to_front(self) -> None:
        """Bring the window before all others."""
        raise NotImplementedError

    def another(self) -> Host:
        """One more window, shown."""
        raise NotImplementedError

    def window_with(self, path: Path) -> Host | None:
        """The window that has this file open."""
        raise NotImplementedError
