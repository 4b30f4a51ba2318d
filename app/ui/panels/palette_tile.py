"""A tile of the palette: a block's symbol over its name."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.ui import math_text
from app.ui.canvas.symbol_painter import paint_tile
from app.ui.theme import Theme, notifier
from blocks.spec import Block

MIME = "application/x-aann-block"
HEIGHT = 58
SYMBOL = 34.0


class Tile(QWidget):
    """`chosen(type)` when it is clicked (or Enter is pressed on it); `left(tile, steps)` when the arrow keys leave it.
    Dragging carries the same word as MIME: the type's name, if none is given."""

    chosen = Signal(str)
    left = Signal(object, int)

    def __init__(self, block: Block, parent: QWidget | None = None, word: str = "") -> None:
        super().__init__(parent)
        self.block, self.word = block, word or block.type
        self._pressed: QPoint | None = None
        self._hovered = False
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(f"<b>{block.title}</b><br>{block.help.split('. ')[0].rstrip('.')}.")
        self.setAccessibleName(block.title)
        notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(80, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = Theme.current()
        if self._hovered or self.hasFocus():
            edge = QPen(current.color("accent" if self.hasFocus() else "border"), 1.2)
            painter.setPen(edge)
            painter.setBrush(current.color("hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.6, 0.6, -0.6, -0.6), 6, 6)
        paint_tile(painter, self.block, QRectF(6, 4, self.width() - 12.0, SYMBOL), current)
        painter.setPen(current.color("text"))
        size = 11.5
        name = math_text.elided(self.block.short or self.block.title, self.width() - 4.0, size)
        name.paint(painter, (self.width() - name.width) / 2.0, name.base_in(SYMBOL + 4, HEIGHT - SYMBOL - 6))

    # -- mouse and keys ---------------------------------------------------------------------------------------------

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = False
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        distance = (event.position().toPoint() - self._pressed).manhattanLength()
        if distance >= QApplication.startDragDistance():
            self._pressed = None
            self._drag()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.word)
        self._pressed = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -2, Qt.Key.Key_Down: 2}
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self.word)
        elif key in steps:
            self.left.emit(self, steps[key])
        else:
            super().keyPressEvent(event)

    def mime_data(self) -> QMimeData:
        data = QMimeData()
        data.setData(MIME, self.word.encode())
        data.setText(self.block.title)
        return data

    def _drag(self) -> None:
        drag = QDrag(self)
        drag.setMimeData(self.mime_data())
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(64 * ratio), round(48 * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        paint_tile(painter, self.block, QRectF(0, 0, 64, 48), Theme.current())
        painter.end()
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(32, 24))
        drag.exec(Qt.DropAction.CopyAction)
