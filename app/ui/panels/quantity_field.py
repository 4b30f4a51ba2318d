"""A field for one parameter's text: a quantity with its unit, an expression with its value, or a word."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui import math_text, theme
from app.ui.panels.quantity_text import Shown, shown
from app.ui.panels.targets import Value
from app.ui.theme import Theme, notifier
from blocks.spec import Parameter, ParameterError

MARGIN, GAP = 7.0, 5.0
MIXED = "several"


class QuantityField(QLineEdit):
    """At rest it shows the value as people read it; while it has the focus, the text as typed. `evaluate(text)` gives
    the value (None: of the default) or raises ParameterError.

    `committed(text)` after Enter or when the focus goes, `stepped(steps)` for Up, Down and the wheel, `reset_wanted`
    when it was emptied, `trouble(message)` with what is wrong with the text ("" when all is well)."""

    committed = Signal(str)
    stepped = Signal(int)
    step_ended = Signal()
    reset_wanted = Signal()
    trouble = Signal(str)

    def __init__(self, parameter: Parameter, evaluate: Callable[[str], Value], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter, self._evaluate = parameter, evaluate
        self.setObjectName("quantity")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setMaxLength(2000)
        self._given = ""
        self._mixed = False
        self._shown = Shown("", "")
        self.when_empty = ""
        self._plain_number = parameter.kind in ("quantity", "integer")
        self.textEdited.connect(self._typed)
        self.returnPressed.connect(self._entered)
        notifier().changed.connect(self.update)

    def retire(self) -> None:
        """What it belongs to is gone: it asks and tells nothing any more."""
        self.blockSignals(True)
        self.setModified(False)
        self._evaluate = str

    # -- what it shows ----------------------------------------------------------------------------------------------

    def show_text(self, text: str, mixed: bool = False) -> None:
        """The parameter's text, as typed or as the default says; `mixed` if several blocks differ. What somebody is
        typing stays."""
        if self.isModified() and text == self._given and mixed == self._mixed:
            return
        self._given, self._mixed = text, mixed
        self._rest()

    @property
    def given(self) -> str:
        return self._given

    def _rest(self) -> None:
        """Back to what is in the document."""
        self.setModified(False)
        if self._mixed:
            self._shown = Shown("", "")
            self.setPlaceholderText(MIXED)
        else:
            self.setPlaceholderText(self.when_empty)
            self._shown = self._value_of(self._given)
        plain = self._given if self.hasFocus() and not self._mixed else self._shown.number
        if self.text() != plain:
            self.setText(plain)
        if self.hasFocus():
            self.selectAll()
        self._make_room()
        self.update()

    def _value_of(self, text: str) -> Shown:
        """Also tells what is wrong with the text."""
        try:
            value = self._evaluate(text)
        except ParameterError as error:
            self._say(f"{error.found}; {error.cure}")
            return Shown(text, "")
        self._say("")
        return shown(self.parameter, text, value) if self._plain_number else Shown(str(value), "")

    def _say(self, message: str) -> None:
        wrong = bool(message)
        if self.property("wrong") != wrong:
            self.setProperty("wrong", wrong)
            self.style().polish(self)
        self.trouble.emit(message)

    def _make_room(self) -> None:
        right = self._unit_width() + (GAP if self._unit_text() else 0.0)
        self.setTextMargins(0, 0, round(right), 0)

    def _unit_text(self) -> str:
        if self.hasFocus() and self._shown.expression:
            return f"= {self._shown.number} {self._shown.unit}".rstrip()
        return self._shown.unit

    def _unit_width(self) -> float:
        return math_text.plain(self._unit_text(), 12.5).width

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        current = Theme.current()
        unit = math_text.plain(self._unit_text(), 12.5)
        painter.setPen(current.color("second" if self.isEnabled() else "hint"))
        unit.paint(painter, self.width() - MARGIN - unit.width, unit.base_in(0, self.height()))
        if self._shown.expression and not self.hasFocus():
            number = math_text.plain(self._shown.number, 12.5, 500).width
            room = self.width() - 2 * MARGIN - unit.width - number - 3 * GAP
            if room > 14:
                painter.setPen(current.color("hint"))
                painter.setFont(theme.font(10, italic=True))
                text = painter.fontMetrics().elidedText(self._shown.expression, Qt.TextElideMode.ElideRight, int(room))
                box = QRectF(MARGIN, 0, room, self.height())
                painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)

    def sizeHint(self) -> QSize:
        return QSize(116, 24)

    # -- keys -------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.isModified():
            self._rest()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._step(1 if key == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turns the value only in the field that has the focus, so that scrolling a panel changes nothing."""
        if self.hasFocus() and event.angleDelta().y():
            self._step(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def _step(self, steps: int) -> None:
        if self.isModified():
            self.commit()
        self.stepped.emit(steps)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.isModified():
            self._rest()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        self.step_ended.emit()
        if self.isModified():
            self.commit()
        if not self.isModified():
            self._rest()

    def _typed(self, text: str) -> None:
        self._shown = self._value_of(text) if text.strip() else Shown("", self.parameter.unit)
        self._make_room()
        self.update()

    def _entered(self) -> None:
        self.step_ended.emit()
        self.commit()
        self.selectAll()

    def commit(self) -> None:
        """Hand over what was typed, if it can be used; else it stays, with the message."""
        if not self.isModified():
            return
        text = self.text().strip()
        if not text and self._given:
            self.setModified(False)
            self.reset_wanted.emit()
            return
        if text == self._given and not self._mixed:
            self._rest()
            return
        try:
            self._evaluate(text)
        except ParameterError as error:
            self._say(f"{error.found}; {error.cure}")
            return
        self.setModified(False)
        self.committed.emit(text)
