"""The first page: new, open, recent files, and the examples with their pictures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui import icons, theme
from app.ui.actions import Actions, key_text
from app.ui.controls.clearing import clear
from app.ui.controls.naming import named
from app.ui.dialogs.recovery import when
from app.ui.dialogs.search import fit
from app.ui.gallery import Example, examples
from app.ui.settings import settings
from app.ui.theme import Theme, font

CARD = QSize(262, 246)
PICTURE_HEIGHT = 176
LEAST_CARD = 220
MOST_RECENT = 8


class Card(QAbstractButton):
    """An example: its picture, title and story."""

    def __init__(self, example: Example, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.example = example
        self._picture = QPixmap()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"Example {example.title}: {example.story}")
        self.setMinimumSize(LEAST_CARD, CARD.height())
        self.setToolTip(f"Open {example.title}")

    @property
    def picture_size(self) -> QSize:
        return QSize(max(1, self.width() - 18), PICTURE_HEIGHT)

    def set_picture(self, picture: QPixmap) -> None:
        self._picture = picture
        self.update()

    @property
    def has_picture(self) -> bool:
        return not self._picture.isNull() and self._picture.deviceIndependentSize().toSize() == self.picture_size

    def sizeHint(self) -> QSize:
        return CARD

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, colors = QPainter(self), Theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.hasFocus() or self.underMouse()
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(colors.color("accent" if lit else "border"), 2.0 if lit else 1.0))
        painter.setBrush(colors.color("panel"))
        painter.drawRoundedRect(frame, 9, 9)
        place = QRectF(9, 9, self.picture_size.width(), PICTURE_HEIGHT)
        clip = QPainterPath()
        clip.addRoundedRect(place, 5, 5)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(place, colors.color("canvas"))
        if not self._picture.isNull():
            painter.drawPixmap(place.topLeft(), self._picture)
        painter.restore()
        text = QRectF(14, place.bottom() + 8, self.width() - 28, 22)
        painter.setPen(colors.color("text"))
        painter.setFont(font(14, 600))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self._fitted(painter, self.example.title, text))
        painter.setPen(colors.color("second"))
        painter.setFont(font(12))
        text.translate(0, 21)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self._fitted(painter, self.example.story, text))

    def _fitted(self, painter: QPainter, text: str, area: QRectF) -> str:
        return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))


class RecentFile(QFrame):
    """A recent file; a click opens it."""

    opened = Signal(str)

    def __init__(self, path: Path, moment: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recentFile")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip(str(path))
        self.setAccessibleName(f"Open {path.name}")
        self._path = path
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 6)
        column.setSpacing(1)
        name = named(QLabel(path.name, self), "strong")
        column.addWidget(name)
        column.addWidget(named(QLabel(f"{when(moment)}, {path.parent.name or path.parent}", self), "smallText"))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(str(self._path))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(str(self._path))
            return
        super().keyPressEvent(event)


class StartPage(QWidget):
    """`example_chosen(path)` and `file_chosen(path)`; `left` goes back to the drawing behind it, if there is one; the
    rest are actions of the window."""

    example_chosen = Signal(str)
    file_chosen = Signal(str)
    left = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side())
        row.addWidget(self._main(), 1)
        self._painting = QTimer(self)
        self._painting.setInterval(0)
        self._painting.timeout.connect(self._paint_one)
        settings().recent_changed.connect(self.fill_recent)
        theme.notifier().changed.connect(self._restyle)
        self.fill_recent()

    # -- the left column ----------------------------------------------------------------------------------------

    def _side(self) -> QWidget:
        side = named(QFrame(self), "startSide")
        side.setFixedWidth(280)
        column = QVBoxLayout(side)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(12)
        logo = QLabel(side)
        logo.setPixmap(icons.program_icon().pixmap(38, 38))
        head.addWidget(logo)
        head.addWidget(named(QLabel("AANN Studio", side), "pageTitle"), 1)
        column.addLayout(head)
        column.addSpacing(8)
        self.back = named(QPushButton(side), "startBack")
        self.back.setFixedHeight(36)
        self.back.setToolTip("The drawing of this window (Esc)")
        self.back.clicked.connect(self.left)
        column.addWidget(self.back)
        for name, style in (("new", "startPrimary"), ("new_network", "startButton"), ("open", "startButton")):
            column.addWidget(self._button(name, style, side))
        column.addSpacing(18)
        self._recent_title = named(QLabel("Recent", side), "heading")
        column.addWidget(self._recent_title)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self._recent.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._recent)
        column.addStretch(1)
        for name, words in (
            ("tour", "A tour in five minutes"),
            ("paper", "The paper's figures"),
            ("keys", f"Learn the keys   {key_text(self._actions['keys'])}"),
        ):
            link = named(QToolButton(side), "link")
            link.setText(words)
            link.clicked.connect(self._actions[name].trigger)
            column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        return side

    def _button(self, name: str, style: str, parent: QWidget) -> QPushButton:
        action = self._actions[name]
        button = named(QPushButton(parent), style)
        button.setFixedHeight(36)
        text = action.text().replace("&", "")
        row = QHBoxLayout(button)
        row.setContentsMargins(16, 0, 12, 0)
        words = named(QLabel(text, button), f"{style}Text")
        keys = named(QLabel(key_text(action), button), f"{style}Key")
        for label in (words, keys):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(words)
        row.addStretch(1)
        if name != "new_network":
            row.addWidget(keys)
        else:
            keys.hide()
        button.setAccessibleName(text)
        button.clicked.connect(action.trigger)
        return button

    def show_behind(self, title: str) -> None:
        """Offer the way back to the drawing of this name; empty if there is none."""
        self.back.setVisible(bool(title))
        shown = self.back.fontMetrics().elidedText(f"Back to {title}", Qt.TextElideMode.ElideMiddle, LEAST_CARD)
        self.back.setText(shown.replace("&", "&&"))
        self.back.setShortcut("Esc")  # a new text takes it away

    @Slot()
    def fill_recent(self) -> None:
        clear(self._recent)
        recent = settings().recent[:MOST_RECENT]
        for path, moment in recent:
            entry = RecentFile(path, moment, self)
            entry.opened.connect(self.file_chosen)
            self._recent.addWidget(entry)
        self._recent_title.setVisible(bool(recent))

    # -- the examples -------------------------------------------------------------------------------------------

    def _main(self) -> QWidget:
        main = QWidget(self)
        column = QVBoxLayout(main)
        column.setContentsMargins(32, 20, 12, 0)
        column.setSpacing(14)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 12, 0)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(named(QLabel("Examples", main), "pageTitle"))
        words.addWidget(QLabel("Each opens running. Nothing you change here alters the example.", main))
        head.addLayout(words, 1)
        self.field = named(QLineEdit(main), "searchField")
        self.field.setPlaceholderText("Find an example")
        self.field.setAccessibleName("Find an example")
        self.field.setFixedSize(226, 32)
        self._glass = self.field.addAction(icons.icon("search", "second"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.textChanged.connect(self._search)
        head.addWidget(self.field, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        area = named(QScrollArea(main), "startScroll")
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = named(QWidget(area), "startBody")
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(0, 2, 12, 20)
        self._grid.setSpacing(18)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        area.setWidget(body)
        column.addWidget(area, 1)
        self._none = named(QLabel("No example has this in its name or story.", body), "smallText")
        self._none.hide()
        self.cards = [Card(example, body) for example in examples()]
        for card in self.cards:
            card.clicked.connect(self._card_clicked)
        self._columns = 0
        self._area = area
        area.viewport().installEventFilter(self)
        return main

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Cards flow with the width."""
        if event.type() == QEvent.Type.Resize:
            self._flow()
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def _flow(self) -> None:
        columns = max(1, (self._area.viewport().width() + 6) // (LEAST_CARD + 18 + 24))
        columns = min(columns, 6)
        shown = [card for card in self.cards if not card.isHidden()]
        for card in self.cards:
            self._grid.removeWidget(card)
        for number, card in enumerate(shown):
            self._grid.addWidget(card, number // columns, number % columns)
        for column in range(max(columns, self._columns)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._columns = columns
        if self.isVisible():
            self._painting.start()

    @Slot(str)
    def _search(self, query: str) -> None:
        for card in self.cards:
            example = card.example
            found = not query.strip() or fit(query, f"{example.title} {example.story} {example.path.stem}") >= 1.0
            card.setVisible(found)
        none = all(card.isHidden() for card in self.cards)
        self._none.setVisible(none)
        if none:
            self._grid.addWidget(self._none, 0, 0)
        self._flow()

    @Slot()
    def _card_clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, Card):
            self.example_chosen.emit(str(sender.example.path))

    # -- pictures -----------------------------------------------------------------------------------------------

    def showEvent(self, event: QEvent) -> None:
        self._painting.start()
        if self.cards:
            self.cards[0].setFocus()
        super().showEvent(event)  # type: ignore[arg-type]

    def hideEvent(self, event: QEvent) -> None:
        self._painting.stop()
        super().hideEvent(event)  # type: ignore[arg-type]

    @Slot()
    def _paint_one(self) -> None:
        """One picture a turn of the event loop, so that the page answers meanwhile."""
        from app.ui.thumbnails import thumbnail  # the canvas need not be loaded before the page shows

        for card in self.cards:
            if not card.has_picture and not card.isHidden():
                example = card.example
                card.set_picture(thumbnail(example.path, example.picture, card.picture_size, self.devicePixelRatioF()))
                return
        self._painting.stop()

    @Slot()
    def _restyle(self) -> None:
        self._glass.setIcon(icons.icon("search", "second"))
        for card in self.cards:
            card.set_picture(QPixmap())
        if self.isVisible():
            self._painting.start()
