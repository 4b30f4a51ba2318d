"""One row of the inspector: a parameter's label, its editor, and underneath what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QPlainTextEdit, QToolButton, QWidget

from app.ui import icons
from app.ui.controls.choice import Choice
from app.ui.controls.naming import named
from app.ui.panels.quantity_field import MIXED, QuantityField
from app.ui.panels.quantity_text import stepped
from app.ui.panels.symbol_label import SymbolLabel
from app.ui.panels.targets import Target, Value
from app.ui.theme import notifier
from blocks import discover
from blocks.spec import Parameter, ParameterError

FIELD_WIDTH = 118
ROW_HEIGHT = 29
LONG_TEXT = 24  # a text parameter whose default is longer gets several lines


class ParameterRow(QWidget):
    """`edited(name, text, merge)`: the new text, None for the default; `merge` is not empty while steps follow each
    other, `settled` tells that they are over."""

    edited = Signal(str, object, str)
    settled = Signal()

    def __init__(self, parameter: Parameter, targets: Sequence[Target], choices: Sequence[str] = ()) -> None:
        super().__init__()
        self.parameter, self.targets = parameter, tuple(targets)
        self._choices = tuple(choices) or (parameter.choices if parameter.kind == "choice" else ())
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(1)
        self.label = SymbolLabel(parameter.label or parameter.name)
        self.editor = self._make_editor()
        self.editor.setAccessibleName(parameter.label or parameter.name)
        self.reset: QToolButton | None = None
        self.message: QLabel | None = None
        self._grid = grid
        grid.addWidget(self.label, 0, 0)
        if isinstance(self.editor, QPlainTextEdit):
            grid.addWidget(self.editor, 1, 0, 1, 3)
        else:
            self.editor.setFixedSize(FIELD_WIDTH, 24)
            grid.addWidget(self.editor, 0, 2)
        grid.setColumnStretch(0, 1)
        grid.setRowMinimumHeight(0, ROW_HEIGHT)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.refresh()

    def _make_editor(self) -> QWidget:
        if self._choices:
            return self._make_combo()
        if (self.parameter.kind == "text" and len(self.parameter.default) > LONG_TEXT) or self.parameter.name == "text":
            long = LongText()
            long.committed.connect(self._committed)
            return long
        field = QuantityField(self.parameter, self._evaluate)
        field.committed.connect(self._committed)
        field.stepped.connect(self._stepped)
        field.step_ended.connect(self.settled)
        field.reset_wanted.connect(self._reset)
        field.trouble.connect(self._trouble)
        if self.parameter.kind in ("quantity", "integer"):
            self.label.set_draggable(True)
            self.label.dragged.connect(self._stepped)
            self.label.drag_ended.connect(self.settled)
        if self.parameter.choices:
            field.setToolTip(f"A quantity, an expression, or {' or '.join(self.parameter.choices)}")
        field.when_empty = "none" if self.parameter.default == "" else ""
        return field

    def _make_combo(self) -> Choice:
        combo = Choice()
        combo.offer(self._choices, _title)
        combo.chosen.connect(self._committed)
        return combo

    def let_go(self) -> None:
        """What it belongs to may be gone: it asks and tells nothing any more."""
        self.blockSignals(True)
        if isinstance(self.editor, QuantityField):
            self.editor.retire()

    # -- showing ----------------------------------------------------------------------------------------------------

    def show_targets(self, targets: Sequence[Target]) -> None:
        """Others of the same kind; what was typed for the last ones and not committed is dropped."""
        self.targets = tuple(targets)
        if isinstance(self.editor, QuantityField):
            self.editor.setModified(False)
        self.refresh()

    def refresh(self) -> None:
        """Show what the document says now."""
        texts = [self._text(target) for target in self.targets]
        mixed = len(set(texts)) > 1
        given = [target.text(self.parameter.name) for target in self.targets]
        default = self.targets[0].default(self.parameter.name)
        changed = any(text is not None and text != default for text in given)
        self._show_reset(changed, default)
        self._explain(default)
        if isinstance(self.editor, QuantityField):
            self.editor.show_text(texts[0], mixed)
        elif isinstance(self.editor, Choice):
            self.editor.show_choice(None if mixed else texts[0], MIXED)
        elif isinstance(self.editor, LongText):
            self.editor.show_text(MIXED if mixed else texts[0])

    def _text(self, target: Target) -> str:
        given = target.text(self.parameter.name)
        return target.default(self.parameter.name) if given is None else given

    def _explain(self, default: str) -> None:
        parts = [self.parameter.help[:1].upper() + self.parameter.help[1:], f"Default: {default or 'empty'}"]
        if self.parameter.kind == "quantity":
            parts.append("Up and Down step 1-2-5; expressions of document parameters are allowed")
        self.label.setToolTip("\n".join(part for part in parts if part))

    def _show_reset(self, wanted: bool, default: str) -> None:
        """The button that leads back to the default; made when it is first needed, as few rows need one."""
        if self.reset is None:
            if not wanted:
                return
            self.reset = named(QToolButton(), "resetButton")
            self.reset.setFixedSize(18, 24)
            self.reset.setIconSize(QSize(13, 13))
            self.reset.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.reset.clicked.connect(self._reset)
            notifier().changed.connect(self._restyle)
            self._restyle()
            self._grid.addWidget(self.reset, 0, 1)
        self.reset.setVisible(wanted)
        self.reset.setToolTip(f"Back to the default, {default or 'empty'}")

    @Slot()
    def _restyle(self) -> None:
        if self.reset is not None:
            self.reset.setIcon(icons.icon("reset", "second", 13))

    @property
    def trouble(self) -> str:
        """What is wrong with the text, as the row says it; "" if nothing is."""
        return self.message.text() if self.message is not None and not self.message.isHidden() else ""

    @Slot(str)
    def _trouble(self, message: str) -> None:
        if self.message is None:
            if not message:
                return
            self.message = named(QLabel(), "fieldTrouble")
            self.message.setWordWrap(True)
            self._grid.addWidget(self.message, 2, 0, 1, 3)
        self.message.setText(message)
        self.message.setVisible(bool(message))

    # -- editing ----------------------------------------------------------------------------------------------------

    def _evaluate(self, text: str) -> Value:
        return self._value(self.targets[0], text)

    def _value(self, target: Target, text: str) -> Value:
        name = self.parameter.name
        # The default may name parameters that an expression of the user may not.
        standing = target.text(name) is None and text == target.default(name)
        return target.value(name, None if standing else text)

    def _usable(self, text: str) -> bool:
        """Whether every target can take the text; else the row says why not."""
        try:
            for target in {target.alike: target for target in self.targets}.values():
                self._value(target, text)
        except ParameterError as error:
            self._trouble(f"{error.found}; {error.cure}")
            return False
        return True

    @Slot(str)
    def _committed(self, text: str) -> None:
        if self._usable(text):
            self.edited.emit(self.parameter.name, text, "")

    @Slot(int)
    def _stepped(self, steps: int) -> None:
        name = self.parameter.name
        text = stepped(self.parameter, self._text(self.targets[0]), steps)
        if text is None:
            text = self._stepped_value(steps)
        if text is None or not self._usable(text):
            return
        self.edited.emit(name, text, f"{','.join(target.key for target in self.targets)}.{name}")

    def _stepped_value(self, steps: int) -> str | None:
        """A default that is an expression is stepped from its value; what somebody typed as one is left alone."""
        if self.targets[0].text(self.parameter.name) is not None:
            return None
        try:
            value = self.targets[0].value(self.parameter.name, None)
        except ParameterError:
            return None
        return stepped(self.parameter, repr(value), steps) if isinstance(value, float) else None

    @Slot()
    def _reset(self) -> None:
        self.edited.emit(self.parameter.name, None, "")

    @Slot(QPoint)
    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        action = menu.addAction("Reset to default", self._reset)
        action.setEnabled(self.reset is not None and not self.reset.isHidden())
        if self.parameter.kind != "choice":
            for word in self.parameter.choices:
                menu.addAction(f"Make it “{word}”", partial(self._committed, word))
        menu.exec(self.mapToGlobal(place))
        menu.deleteLater()


def _title(word: str) -> str:
    """A choice that names a block is shown by the block's title."""
    block = discover.catalogue().get(word)
    return block.title if block is not None else word


def retire(rows: Iterable[ParameterRow]) -> None:
    """Rows go when the event that made them superfluous is over: an edit may come from an editor of theirs. All let go
    first, because the focus wanders from one that is hidden to the next."""
    gone = list(rows)
    for row in gone:
        row.let_go()
    for row in gone:
        row.hide()
        row.deleteLater()


class LongText(QPlainTextEdit):
    """Several lines; committed when the focus goes or on Ctrl+Enter, Escape takes back."""

    committed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._given = ""
        self.setTabChangesFocus(True)
        self.setFixedHeight(64)

    def show_text(self, text: str) -> None:
        self._given = text
        if self.toPlainText() != text:
            self.setPlainText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setPlainText(self._given)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & _CONTROL:
            self._commit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._commit()

    def _commit(self) -> None:
        text = self.toPlainText()
        if text != self._given:
            self._given = text
            self.committed.emit(text)


_CONTROL = Qt.KeyboardModifier.ControlModifier
