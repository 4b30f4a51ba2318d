"""What canvas tests stand on: a desk with history but no run, a shown view at 100 %, and a mouse in grid units."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import aann_file, edits, wiring
from app.document.history import History
from app.document.schematic import TOP, Change, End, Instance, Schematic, Wire
from app.errors import Problem, ProblemError
from app.training.frame import Frame
from app.ui.canvas.extent import text_places
from app.ui.canvas.metrics import GRID
from app.ui.canvas.view import CanvasView
from app.ui.theme import Theme

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip


class BareDesk(QObject):
    """Members that the canvas uses of app.ui.desk.Desk, without engine, journal and files."""

    changed = Signal(object)
    replaced = Signal()
    framed = Signal(object)
    said = Signal(object)
    state_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = "test"
        self.frame: Frame | None = None
        self.problems: list[Problem] = []
        self.show(Schematic())

    def show(self, schematic: Schematic) -> None:
        self.schematic = schematic
        self.history = History(schematic)
        schematic.subscribe(self.changed.emit)
        self.replaced.emit()

    def do(self, label: str, changes: Iterable[Change], merge: str = "") -> bool:
        try:
            return self.history.do(label, changes, merge)
        except ProblemError as error:
            self.say(error.problems[0])
            return False

    def say(self, problem: Problem) -> None:
        self.problems.append(problem)
        self.said.emit(problem)


class Stage:
    def __init__(self, qtbot: QtBot) -> None:
        self.desk = BareDesk()
        self.view = CanvasView(self.desk)  # type: ignore[arg-type]
        qtbot.addWidget(self.view)
        self.view.resize(900, 600)
        self.view.show()
        qtbot.waitExposed(self.view)
        self.home()

    def close(self) -> None:
        self.view.close()

    def home(self) -> None:
        """100 %, the grid point (0, 0) at 100 pixels from the top left corner."""
        self.view.show_area(self.view.content_rect(), animated=False)
        self.view.zoom_to(1.0)
        self.view.scroll_by(self.view.mapFromScene(QPointF(0, 0)) - QPoint(100, 100))

    def show(self, schematic: Schematic) -> None:
        self.desk.show(schematic)
        self.home()

    # -- drawing without the mouse ------------------------------------------------------------------------------------

    @property
    def schematic(self) -> Schematic:
        return self.desk.schematic

    def add(self, kind: str, at: tuple[int, int], **parameters: str) -> str:
        changes = edits.place(self.schematic, kind, at, parameters=parameters)
        self.desk.do("add", changes)
        return changes[0].key

    def join(self, a: End, b: End, *corners: tuple[int, int]) -> str:
        changes = wiring.connect(self.schematic, a, b, corners)
        self.desk.do("join", changes)
        return changes[-1].key

    def block(self, ident: str) -> Instance:
        return self.schematic.top.instances[ident]

    def only(self, kind: str) -> Instance:
        """The one block of a type."""
        (found,) = (entry for entry in self.schematic.top.instances.values() if entry.type == kind)
        return found

    def texts(self, ident: str) -> list[tuple[str, tuple[float, float]]]:
        """A block's texts as declared, with the grid point of the middle of each."""
        view = self.view.drawing.blocks[ident]
        found = text_places(self.view.drawing, view)
        return [(text.label.text, (place.center().x() / GRID, place.center().y() / GRID)) for text, place in found]

    def wires(self) -> list[Wire]:
        return list(self.schematic.top.wires.values())

    def route(self, wire: str) -> tuple[tuple[int, int], ...]:
        return self.view.drawing.points_of(self.view.drawing.wires[wire])

    def dump(self) -> str:
        return aann_file.dumps(self.schematic)

    # -- looking ------------------------------------------------------------------------------------------------------

    def image(self) -> QImage:
        """What the window shows now."""
        return self.view.grab().toImage()

    def pixels(self) -> np.ndarray:
        """The same as (height, width, 4) numbers 0..255."""
        image = self.image().convertToFormat(QImage.Format.Format_RGB32)
        flat = np.frombuffer(image.constBits(), np.uint8)
        return flat.reshape(image.height(), image.width(), 4).astype(int)

    def painted(self, role: str, x: float, y: float, reach: int = 12, theme: str = "light") -> bool:
        """Is the colour of that role somewhere near a grid point?"""
        wanted, image, middle = Theme.load(theme).color(role).rgb(), self.image(), self.pixel(x, y)
        return any(
            image.pixel(middle.x() + dx, middle.y() + dy) == wanted
            for dx in range(-reach, reach + 1)
            for dy in range(-reach, reach + 1)
            if image.rect().contains(middle.x() + dx, middle.y() + dy)
        )

    # -- mouse and keys -----------------------------------------------------------------------------------------------

    def pixel(self, x: float, y: float) -> QPoint:
        return self.view.mapFromScene(QPointF(x * GRID, y * GRID))

    def click(self, x: float, y: float, modifiers: Qt.KeyboardModifier = NO) -> None:
        self.move(x, y, modifiers, Qt.MouseButton.NoButton)
        QTest.mouseClick(self.view.viewport(), LEFT, modifiers, self.pixel(x, y))

    def double_click(self, x: float, y: float) -> None:
        """As a window system sends it: press, release, double click, release."""
        QTest.mouseClick(self.view.viewport(), LEFT, NO, self.pixel(x, y))
        QTest.mouseDClick(self.view.viewport(), LEFT, NO, self.pixel(x, y))

    def press(self, x: float, y: float, modifiers: Qt.KeyboardModifier = NO) -> None:
        self.move(x, y, modifiers, Qt.MouseButton.NoButton)
        QTest.mousePress(self.view.viewport(), LEFT, modifiers, self.pixel(x, y))

    def release(self, x: float, y: float, modifiers: Qt.KeyboardModifier = NO) -> None:
        QTest.mouseRelease(self.view.viewport(), LEFT, modifiers, self.pixel(x, y))

    def move(
        self, x: float, y: float, modifiers: Qt.KeyboardModifier = NO, button: Qt.MouseButton = LEFT
    ) -> None:
        """With the button held, unless told otherwise (QTest.mouseMove cannot hold one)."""
        place = self.pixel(x, y)
        over = QPointF(self.view.viewport().mapToGlobal(place))
        event = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(place), over, Qt.MouseButton.NoButton, button, modifiers
        )
        QApplication.sendEvent(self.view.viewport(), event)

    def drag(self, *points: tuple[float, float], modifiers: Qt.KeyboardModifier = NO) -> None:
        """Press at the first point, pass the others, let go at the last."""
        self.press(*points[0], modifiers)
        for point in points[1:]:
            self.move(*point, modifiers)
        self.release(*points[-1], modifiers)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO) -> None:
        QTest.keyClick(self.view, key, modifiers)

    def wheel(self, x: float, y: float, turned: int, modifiers: Qt.KeyboardModifier = NO) -> None:
        place = self.pixel(x, y)
        over = QPointF(self.view.viewport().mapToGlobal(place))
        event = QWheelEvent(
            QPointF(place), over, QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton, modifiers,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.view.viewport(), event)

    def undo_to(self, dump: str) -> None:
        """Undo until the document is as it was: byte for byte, or the test fails."""
        while self.dump() != dump:
            assert self.desk.history.undo(), "undo does not lead back"


def element_count(schematic: Schematic) -> int:
    sheet = schematic.sheets[TOP]
    return len(sheet.instances) + len(sheet.junctions) + len(sheet.wires)
