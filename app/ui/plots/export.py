"""Writes a pane as PNG or SVG, and what it plots as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QWidget

from app.document.atomic import write_bytes
from app.errors import Problem, ProblemError
from app.program import FloatArray
from app.ui.theme import Theme

SCALE = 2


def ask(pane: QWidget, suffix: str, kind: str, write: Callable[[str], None]) -> None:
    """Ask for a file and write it; what goes wrong is said on the pane's desk."""
    name, _ = QFileDialog.getSaveFileName(pane, "Export", f"{pane.objectName()}.{suffix}", f"{kind} (*.{suffix})")
    if not name:
        return
    path = name if name.lower().endswith(f".{suffix}") else f"{name}.{suffix}"
    try:
        write(path)
    except ProblemError as error:
        problem = error.problems[0]
    except OSError as error:
        problem = Problem("export-failed", path, error.strerror or str(error), "choose another place")
    else:
        problem = Problem("exported", path, "the plot was exported", "", "note")
    pane.desk.say(problem)  # type: ignore[attr-defined]


def write_png(widget: QWidget, path: str) -> None:
    """The widget at SCALE times its size, in the format of the path's suffix. Raises OSError."""
    image = QImage(widget.size() * SCALE, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(Theme.current().color("panel"))
    widget.render(image)
    if not image.save(path):
        raise OSError(f"{Path(path).name} cannot be written")


def write_svg(widget: QWidget, path: str) -> None:
    """The widget as a drawing. Raises OSError."""
    generator = QSvgGenerator()
    generator.setFileName(path)
    generator.setSize(QSize(widget.size()))
    generator.setViewBox(widget.rect())
    generator.setTitle(widget.windowTitle())
    painter = QPainter()
    if not painter.begin(generator):
        raise OSError(f"{Path(path).name} cannot be written")
    painter.fillRect(widget.rect(), Theme.current().color("panel"))
    widget.render(painter, QPoint(0, 0))
    painter.end()


def write_csv(path: str, names: Sequence[str], columns: Sequence[FloatArray]) -> None:
    """Columns of equal length under their names; what is not finite stays empty. Raises ProblemError."""
    write_bytes(Path(path), table_text(names, columns).encode())


def table_text(names: Sequence[str], columns: Sequence[FloatArray]) -> str:
    """The CSV's text."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_safe(name) for name in names])
    writer.writerows(
        [repr(float(value)) if math.isfinite(value) else "" for value in row] for row in zip(*columns, strict=True)
    )
    return stream.getvalue()


def _safe(cell: str) -> str:
    """A name that a spreadsheet would take for a formula gets an apostrophe."""
    return f"'{cell}" if cell[:1] in "=+-@" else cell
