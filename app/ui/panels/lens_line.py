"""The gradient lens in one line: whether the shown weights are charged as backpropagation wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel

from app.ui.canvas.gradient_lens import Comparison, GradientLens, Synapse
from app.ui.rich_text import quantity
from app.ui.theme import Theme, notifier

if TYPE_CHECKING:
    from app.training.frame import Frame
    from app.ui.desk import Desk

MOST_NAMED = 3


class LensLine(QLabel):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("lensLine")
        self.setWordWrap(True)
        self._lens = GradientLens(desk)
        self._synapses: tuple[Synapse, ...] = ()
        self._found: Mapping[Synapse, Comparison] = {}
        notifier().changed.connect(self._show)
        self.hide()

    def show_synapses(self, synapses: Sequence[Synapse]) -> None:
        """The weights to judge, by the block that holds them and their name inside it."""
        if tuple(synapses) == self._synapses:
            return
        self._synapses = tuple(synapses)
        self._lens.switch(bool(synapses))
        self._show()

    def follow(self, frame: Frame) -> None:
        """Takes an answer of the engine, if there is a new one, and asks again now and then."""
        found = self._lens.follow(frame)
        if found is not None:
            self._found = found
            self._show()

    @Slot()
    def _show(self) -> None:
        known = {synapse: self._found[synapse] for synapse in self._synapses if synapse in self._found}
        self.setVisible(bool(known))
        if not known:
            return
        wrong = {part: found for (_, part), found in known.items() if not found.right}
        if wrong:
            names = ", ".join(name or "it" for name in list(wrong)[:MOST_NAMED])
            rest = f" and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
            text, role = f"Gradient lens: {names}{rest} charged wrongly", "error"
        else:
            count = f"all {len(known)} weights agree" if len(known) > 1 else "the weight agrees"
            text, role = f"Gradient lens: {count}", "good"
        self.setText(f'<span style="color:{Theme.current().color(role).name()}">{text}</span>')
        self.setToolTip(
            "\n".join(
                f"{part or 'weight'}: {quantity(found.drawn, 'A')}, backpropagation wants {quantity(found.wanted, 'A')}"
                for (_, part), found in list(known.items())[:20]
            )
        )
