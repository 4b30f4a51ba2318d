"""What the program remembers about a person between starts: one file in their own folder, never in a document."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from app import paths
from app.ui import theme

MOST_RECENT = 12
KEY_MAPS = ("AANN Studio", "KiCad", "LTspice")


class Settings(QObject):
    """Values are read and written at once; a file that cannot be written stops nobody."""

    recent_changed = Signal()
    motion_changed = Signal()
    key_map_changed = Signal()

    def __init__(self, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.first_start = not file.exists()
        self._store = QSettings(str(file), QSettings.Format.IniFormat)

    # -- look ---------------------------------------------------------------------------------------------------

    @property
    def theme(self) -> str:
        name = self._text("theme", theme.NAMES[0])
        return name if name in theme.NAMES else theme.NAMES[0]

    def set_theme(self, name: str) -> None:
        self._store.setValue("theme", name)
        theme.apply(name)

    @property
    def reduce_motion(self) -> bool:
        return self._text("reduce_motion", "no") == "yes"

    def set_reduce_motion(self, on: bool) -> None:
        self._store.setValue("reduce_motion", "yes" if on else "no")
        self.motion_changed.emit()

    @property
    def key_map(self) -> str:
        name = self._text("key_map", KEY_MAPS[0])
        return name if name in KEY_MAPS else KEY_MAPS[0]

    def set_key_map(self, name: str) -> None:
        self._store.setValue("key_map", name)
        self.key_map_changed.emit()

    # -- layout of the window -----------------------------------------------------------------------------------

    def layout(self, name: str) -> QByteArray:
        """What Qt's saveGeometry or saveState gave; empty if nothing was kept."""
        value = self._store.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_layout(self, name: str, state: QByteArray) -> None:
        self._store.setValue(f"layout/{name}", state)

    def forget_layout(self) -> None:
        self._store.remove("layout")

    # -- recent files -------------------------------------------------------------------------------------------

    @property
    def recent(self) -> list[tuple[Path, float]]:
        """Files that are still there, with when they were opened or saved last [s since 1970], the newest first."""
        entries = []
        for line in self._text("recent", "").split("\n"):
            moment, _, name = line.partition(" ")
            if name and moment.isdigit() and Path(name).is_file():
                entries.append((Path(name), float(moment)))
        return entries

    def add_recent(self, path: Path) -> None:
        path = path.absolute()
        others = [(other, moment) for other, moment in self.recent if other != path]
        entries = [(path, time.time()), *others][:MOST_RECENT]
        self._store.setValue("recent", "\n".join(f"{moment:.0f} {name}" for name, moment in entries))
        self.recent_changed.emit()

    def clear_recent(self) -> None:
        self._store.remove("recent")
        self.recent_changed.emit()

    # -- inside -------------------------------------------------------------------------------------------------

    def mark_started(self) -> None:
        """The next start is not the first."""
        self._store.setValue("started", "yes")
        self._store.sync()

    def _text(self, key: str, default: str) -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The program's only one."""
    return Settings(paths.user_data() / "settings.ini")
