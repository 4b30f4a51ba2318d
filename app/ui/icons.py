"""Icons from resources/icons, drawn in one colour of the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app import paths
from app.ui.theme import Theme


def icon(name: str, role: str = "text", size: int = 16) -> QIcon:
    """The icon in the colour of `role`, greyed where its widget is disabled. Ask again after a change of theme."""
    result = QIcon(pixmap(name, role, size))
    faint = _drawn(name, Theme.current().color("hint", 0.5).rgba(), size, _ratio())
    result.addPixmap(faint, QIcon.Mode.Disabled)
    return result


def pixmap(name: str, role: str = "text", size: int = 16) -> QPixmap:
    """The same as a picture, `size` in logical pixels."""
    return _drawn(name, Theme.current().color(role).rgba(), size, _ratio())


def program_icon() -> QIcon:
    """The program's own, in its own colours."""
    return QIcon(str(paths.resources() / "icons" / "aann-studio.svg"))


def _ratio() -> float:
    application = QApplication.instance()
    return application.devicePixelRatio() if isinstance(application, QApplication) else 1.0


@lru_cache(maxsize=512)
def _drawn(name: str, rgba: int, size: int, ratio: float) -> QPixmap:
    color = QColor.fromRgba(rgba)
    text = (paths.resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(text.replace("currentColor", color.name()).encode()))
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(color.alphaF())
    renderer.render(painter, QRectF(0, 0, picture.width(), picture.height()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
