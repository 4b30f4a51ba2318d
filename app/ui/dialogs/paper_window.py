"""The paper's figures and tables, done anew while one looks: picture, claims with verdicts, and the circuit to open."""

from __future__ import annotations

import html
import json
import queue
import threading
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import paths
from app.errors import ProblemError
from app.export.figure import Figure
from app.export.figure_layout import Page, lay_out
from app.reproduce import report
from app.reproduce.catalogue import ITEMS
from app.reproduce.learning import Bench
from app.reproduce.outcome import Outcome
from app.ui import theme
from app.ui.dialogs.page_list import page_list
from app.ui.figure_picture import draw
from app.ui.theme import Theme

PERIOD = 100  # ms between looks at what is done
Found = Outcome | str  # an outcome, or why there is none


class Workbench:
    """Does figures and tables one after the other in a thread of its own; each once."""

    def __init__(self) -> None:
        self._wanted: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[str, Found]] = queue.SimpleQueue()
        self._asked: set[str] = set()
        self._thread: threading.Thread | None = None
        self._ended = False

    def ask(self, name: str) -> None:
        if name in self._asked:
            return
        self._asked.add(name)
        self._wanted.put(name)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="reproduce", daemon=True)
            self._thread.start()

    def news(self) -> list[tuple[str, Found]]:
        """What was finished since the last call."""
        found = []
        while not self._done.empty():
            found.append(self._done.get())
        return found

    def shutdown(self) -> None:
        """After what is being done; nothing further."""
        self._ended = True
        self._wanted.put(None)

    def _work(self) -> None:
        bench = Bench()
        while (name := self._wanted.get()) is not None and not self._ended:
            try:
                self._done.put((name, ITEMS[name](bench)))
            except ProblemError as error:
                self._done.put((name, str(error)))


class FigureView(QWidget):
    """A figure as wide as there is room for, in the theme's colours."""

    def __init__(self) -> None:
        super().__init__()
        self._figure: Figure | None = None
        theme.notifier().changed.connect(self.update)

    def show_figure(self, figure: Figure | None) -> None:
        self._figure = figure
        self.setVisible(figure is not None)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return 0 if self._figure is None else round(width * self._figure.height / self._figure.width)

    def sizeHint(self) -> QSize:
        return QSize(760, self.heightForWidth(760))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._figure is None:
            return
        page: Page = lay_out(self._figure, Theme.current().name)
        painter = QPainter(self)
        painter.fillRect(QRectF(self.rect()), QColor(page.colour("plot")))
        scale = min(self.width() / page.width, self.height() / page.height)
        painter.scale(scale, scale)
        draw(painter, page)
        painter.end()


class PaperWindow(QDialog):
    """`opened` asks for a figure's circuit: path of an example, settings PATTERN.PARAM=VALUE to apply to a copy."""

    opened = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("The paper, done anew")
        self.setObjectName("paper")
        self.bench = Workbench()
        self.outcomes: dict[str, Found] = {}
        self._circuits = _circuits()
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD)
        self._timer.timeout.connect(self._look)
        QShortcut(QKeySequence("Ctrl+W"), self, self.close)
        theme.notifier().changed.connect(self._fill)
        self.items.setCurrentRow(0)

    def sizeHint(self) -> QSize:
        return QSize(1080, 760)

    @property
    def current(self) -> str:
        return str(self.items.currentItem().data(Qt.ItemDataRole.UserRole))

    def _build(self) -> None:
        self.items = page_list("Figures and tables", {name: report.number(name) for name in ITEMS})
        self.items.currentRowChanged.connect(self._choose)
        self.title, self.text = QLabel(), QLabel()
        self.title.setFont(theme.font(16, 600))
        self.title.setWordWrap(True)
        self.text.setWordWrap(True)
        self.text.setFont(theme.font(12.5))
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.figure = FigureView()
        self.open_button = QPushButton("Open the circuit")
        self.open_button.setMinimumHeight(28)
        self.open_button.clicked.connect(self._open)
        content = QWidget()
        content.setObjectName("paperContent")
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 20, 24, 24)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(self.figure)
        column.addWidget(self.text)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("paperScroll")
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.items)
        row.addWidget(scroll, 1)

    def _choose(self) -> None:
        self.bench.ask(self.current)
        self._timer.start()
        self._fill()

    def _look(self) -> None:
        news = self.bench.news()
        self.outcomes.update(news)
        if news:
            self._fill()
        if self.current in self.outcomes:
            self._timer.stop()

    def _fill(self) -> None:
        """What is known of the chosen item."""
        found = self.outcomes.get(self.current)
        self.open_button.setVisible(self.current in self._circuits)
        if isinstance(found, Outcome):
            self.title.setText(f"{report.number(found.name)}: {found.title}")
            self.figure.show_figure(found.figure)
            self.text.setText(_rich(found))
            return
        self.title.setText(report.number(self.current))
        self.figure.show_figure(None)
        self.text.setText(html.escape(found) if found else "Being simulated…")

    def _open(self) -> None:
        entry = self._circuits[self.current]
        self.opened.emit(str(paths.resources() / "examples" / entry["file"]), tuple(entry["settings"]))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        super().closeEvent(event)

    def shutdown(self) -> None:
        """Lets the thread end."""
        self.bench.shutdown()


def _circuits() -> dict[str, Any]:
    """The gallery's entries by figure."""
    content = json.loads((paths.resources() / "examples" / "gallery.json").read_text(encoding="utf-8"))
    return {entry["figure"]: entry for entry in content["paper"]}


def _rich(outcome: Outcome) -> str:
    """Caption, table, claims and assumptions as rich text."""
    colours = Theme.current()
    second = colours.color("second").name()
    parts = [f'<p style="color:{second}">{html.escape(outcome.caption)}</p>']
    if outcome.figure is None:
        parts.append(_table(outcome.table.header, outcome.table.rows))
    for claim in outcome.claims:
        holds = claim.verdict == "holds"
        colour = colours.color("good" if holds else "error").name()
        parts.append(
            f'<p><span style="color:{colour}; font-weight:600">{report.MARK[claim.verdict]} {claim.verdict}</span>'
            f"&nbsp;&nbsp;<b>{html.escape(claim.paper)}</b>"
            f' <span style="color:{second}">({html.escape(claim.place)})</span><br>{html.escape(claim.measured)}</p>'
        )
    notes = [*outcome.remarks, *(f"Assumed: {text}" for text in outcome.assumptions)]
    parts += [f'<p style="color:{second}">{html.escape(note)}</p>' for note in notes]
    return "".join(parts)


def _table(header: Any, rows: Any) -> str:
    lines = ["".join(f'<th align="left">{html.escape(str(cell))}</th>' for cell in header)]
    lines += ["".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) for row in rows]
    return '<table cellpadding="5">' + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
