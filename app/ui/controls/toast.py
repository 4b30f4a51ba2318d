"""A short message over a widget, which goes by itself: a refused gesture, a failed save, the engine getting ready."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.errors import Problem
from app.ui import icons
from app.ui.controls.naming import named

SHOWN = 4000  # ms
WIDEST = 520
ICONS = {"error": "error", "warning": "warning", "note": "info"}


class Toast(QFrame):
    """Lies at the lower middle of `over`, whatever its size; a click takes it away."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("toast")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 16, 10)
        row.setSpacing(12)
        self._icon = QLabel(self)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._title, self._text = named(QLabel(self), "strong"), named(QLabel(self), "smallText")
        for label in (self._title, self._text):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            words.addWidget(label)
        row.addLayout(words, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN)
        self._timer.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    def show_problem(self, problem: Problem) -> None:
        title = f"{problem.where}: {problem.found}" if problem.where else problem.found
        self.show_words(title, problem.cure, problem.severity)

    def show_words(self, title: str, text: str = "", severity: str = "note", stays: bool = False) -> None:
        """`stays` until `hide` is called."""
        role = "accent" if severity == "note" else severity
        self._icon.setPixmap(icons.pixmap(ICONS.get(severity, "info"), role, 18))
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._timer.stop()
        if not stays:
            self._timer.start()
        self.show()
        self.raise_()
        self._place()

    @property
    def title(self) -> str:
        return self._title.text()

    @Slot()
    def _place(self) -> None:
        over = self.parentWidget()
        if over is None:
            return
        width = min(WIDEST, over.width() - 32)
        self.setFixedWidth(max(160, width))
        self.adjustSize()
        self.resize(self.width(), max(self.heightForWidth(self.width()), self.sizeHint().height()))
        self.move((over.width() - self.width()) // 2, over.height() - self.height() - 20)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def mouseReleaseEvent(self, event: QEvent) -> None:
        self.hide()
        event.accept()
