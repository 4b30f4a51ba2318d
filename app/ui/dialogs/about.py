"""What this program is, its version, and on what it runs."""

from __future__ import annotations

import platform

from PySide6 import __version__ as binding_version
from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app import __version__
from app.ui import icons
from app.ui.controls.naming import named

TEXT = (
    "A schematic editor and simulator for fully analogue neural networks that train themselves, after F. Paulu and "
    "J. Hospodka, Design of Fully Analogue Artificial Neural Network with Learning Based on Backpropagation, "
    "Radioengineering 30(2), 2021."
)


class About(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About AANN Studio")
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 22, 24, 18)
        row.setSpacing(20)
        picture = QLabel(self)
        picture.setPixmap(icons.program_icon().pixmap(72, 72))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(named(QLabel("AANN Studio", self), "pageTitle"))
        column.addWidget(named(QLabel(f"Version {__version__}, MIT licence", self), "strong"))
        words = QLabel(TEXT, self)
        words.setWordWrap(True)
        words.setFixedWidth(400)
        column.addWidget(words)
        machine = f"Python {platform.python_version()}, Qt {qVersion()}, PySide6 {binding_version}, {platform.system()}"
        column.addWidget(named(QLabel(machine, self), "smallText"))
        fonts = "Fonts: Inter and JetBrains Mono, SIL Open Font License 1.1"
        column.addWidget(named(QLabel(fonts, self), "smallText"))
        close = QPushButton("Close", self)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        column.addSpacing(8)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        row.addLayout(column)
