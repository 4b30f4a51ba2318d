"""Below the form of an experiment: what is going on, how far it is, and the buttons that start, stop and save."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from app.errors import Problem
from app.ui import theme
from app.ui.controls.naming import named
from app.ui.experiments.control import News

STEPS = 1000


class Foot(QFrame):
    """`start_wanted` is asked by the button that starts and cancels alike, `save_wanted` by the other."""

    start_wanted = Signal()
    save_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("experimentFoot")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        self.message = named(QLabel(), "second")
        self.message.setWordWrap(True)
        self.message.setMinimumHeight(32)
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.start_button = QPushButton("Start")
        self.start_button.setDefault(True)
        self.start_button.setFont(theme.font(12.5, 600))
        self.start_button.setMinimumHeight(34)
        self.start_button.clicked.connect(self.start_wanted)
        self.save_button = QPushButton("Save results…")
        self.save_button.setMinimumHeight(34)
        self.save_button.setToolTip("HDF5 with everything and its provenance, CSV tables beside it")
        self.save_button.setEnabled(False)
        self.save_button.clicked.connect(self.save_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.start_button, 1)
        buttons.addWidget(self.save_button, 1)
        column.addWidget(self.message)
        column.addWidget(self.bar)
        column.addLayout(buttons)

    # -- states -------------------------------------------------------------------------------------------------

    def show_ready(self, points: int, runs: int, ranked: bool) -> None:
        """What the form asks for, before it is started."""
        rank = " and as many again for every group that is ranked" if ranked else ""
        at = f"{points} points, " if points > 1 else ""
        self.say(f"{at}{runs} run{'s' if runs != 1 else ''}{rank}.")
        self.start_button.setText("Start")
        self.start_button.setEnabled(True)
        self.bar.setValue(0)

    def show_started(self) -> None:
        self.start_button.setText("Cancel")
        self.save_button.setEnabled(False)
        self.bar.setValue(0)
        self.say("Compiling…")

    def show_stopping(self) -> None:
        self.start_button.setEnabled(False)
        self.say("Stopping; what is finished stays.")

    def show_progress(self, news: News) -> None:
        self.bar.setValue(round(STEPS * news.share))
        if news.total:
            left = f" · {_duration(news.left)} left" if news.left is not None else ""
            self.say(f"{news.done} of {news.total} runs{left}")

    def show_ended(self, news: News, done: int, total: int) -> None:
        self.start_button.setEnabled(True)
        self.start_button.setText("Go on" if news.state == "cancelled" else "Start")
        self.save_button.setEnabled(done > 0)
        if news.state == "failed":
            self.complain(news.problems[0])
        elif news.state == "cancelled":
            self.say(f"Stopped after {done} of {total} runs.")
        else:
            self.bar.setValue(STEPS)
            self.say(f"{done} runs in {_seconds(news.seconds)}.")

    # -- words --------------------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        self._write("second", text)

    def complain(self, problem: Problem) -> None:
        """What is wrong and what to do, in the colour of errors."""
        where = problem.where.removeprefix("--vary ")
        self._write("trouble", f"{where}: {problem.found}. {problem.cure[:1].upper()}{problem.cure[1:]}.")

    def _write(self, style: str, text: str) -> None:
        self.message.setObjectName(style)
        self.message.style().polish(self.message)
        self.message.setText(text)


def _duration(seconds: float) -> str:
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def _seconds(seconds: float) -> str:
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 60 else f"{_duration(seconds)} min"
