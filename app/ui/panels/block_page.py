"""The inspector's page for blocks and for parts inside a macro: parameters, live values, weights, formula, help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.document.definitions import why_not_place
from app.document.schematic import values_of
from app.ui.controls.naming import named
from app.ui.panels.formula_card import FormulaCard
from app.ui.panels.lens_line import LensLine
from app.ui.panels.live_values import LiveValues, WeightBars
from app.ui.panels.overrides import Overrides
from app.ui.panels.parameter_form import DATASET, SHEET, ParameterForm
from app.ui.panels.parameter_row import ParameterRow
from app.ui.panels.readings import Reader, charging_currents
from app.ui.panels.section import Section
from app.ui.panels.targets import BlockTarget, PartTarget
from app.ui.rich_text import symbols
from blocks.spec import Block

if TYPE_CHECKING:
    from app.circuit.compile import Circuit
    from app.training.frame import Frame
    from app.ui.desk import Desk

Targets = Sequence[BlockTarget] | Sequence[PartTarget]


class BlockPage(QWidget):
    """`edited(texts, merge)`: a dict of parameter texts (None: the default) for all targets; `overrides_removed(paths)`
    and `override_added(path, text)` of what is inside the one that is shown."""

    edited = Signal(object, str)
    overrides_removed = Signal(object)
    override_added = Signal(str, str)
    settled = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._targets: Targets = ()
        self._circuit: Circuit | None = None
        self._reader: Reader | None = None
        self._weights: list[int] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 12)
        column.setSpacing(0)
        self.form = ParameterForm()
        self.form.edited.connect(self._edited)
        self.form.settled.connect(self.settled)
        column.addWidget(self.form)
        self._build_sections(column)
        column.addStretch(1)

    @property
    def rows(self) -> Mapping[str, ParameterRow]:
        """The rows that were made so far, by parameter."""
        return self.form.rows

    def _build_sections(self, column: QVBoxLayout) -> None:
        self.values, self.bars, self.formula = LiveValues(), WeightBars(), FormulaCard()
        self.lens = LensLine(self.desk)
        self.help = named(QLabel(), "helpText")
        self.help.setWordWrap(True)
        self.overrides = Overrides()
        self.overrides.removed.connect(self.overrides_removed)
        self.overrides.added.connect(self.override_added)
        self.ports = named(QLabel(), "helpText")
        self.ports.setWordWrap(True)
        self.ports_section = Section("Ports", self.ports)
        self.inside_section = Section("Changed inside", self.overrides)
        self.live_section = Section("Live", self.values)
        self.weight_section = Section("Weights", self.bars, self.lens, note="I_charge")
        self.formula_section = Section("Formula", self.formula)
        self.help_section = Section("Help", self.help)
        self._sections = (
            self.ports_section, self.inside_section, self.live_section, self.weight_section, self.formula_section,
            self.help_section,
        )  # fmt: skip
        for section in self._sections:
            column.addWidget(section)

    # -- the selection ----------------------------------------------------------------------------------------------

    def show_targets(self, targets: Targets) -> None:
        """Blocks, or parts of one macro."""
        self._targets = tuple(targets)  # type: ignore[assignment]
        marked = targets[0].block.values if targets else ()
        self.form.show_targets(targets, marked, self._offers(targets))
        self._circuit = None
        one = targets[0].block if targets and len({target.block.type for target in targets}) == 1 else None
        self._show_overrides()
        self.formula_section.setVisible(one is not None and bool(one.formula))
        self.help_section.setVisible(one is not None)
        if one is not None:
            self.formula.show_formulas(one.formula)
            self.help.setText(symbols(one.help, 12))
        self._show_live(None)
        if self.desk.frame is not None:
            self.show_frame(self.desk.frame)

    def _offers(self, targets: Targets) -> dict[str, tuple[str, ...]]:
        """Names of the document that fields offer: datasets, and sheets that may stand where the block does."""
        schematic = self.desk.schematic
        offers = {DATASET: tuple(schematic.datasets)}
        if targets and targets[0].block.type == SHEET:
            on = targets[0].sheet
            offers[SHEET] = tuple(name for name in schematic.sheets if why_not_place(schematic, name, on) is None)
        return offers

    def refresh(self) -> None:
        """The document was edited."""
        self.form.refresh()
        self._show_overrides()

    def _show_overrides(self) -> None:
        """Of one macro: what was changed in its parts."""
        one = self._targets[0] if len(self._targets) == 1 else None
        given = one.instance.overrides if isinstance(one, BlockTarget) else {}
        self.overrides.show_overrides(given)
        block = one.block if one is not None else None
        sheet = block is not None and block.type == SHEET
        self.inside_section.setVisible(bool(given) or sheet)
        self.overrides.field.setVisible(sheet)
        self.ports_section.setVisible(sheet)
        if block is not None and one is not None and block.type == SHEET:
            lines = ports_in_words(block, values_of(self.desk.schematic, one.instance))
            self.ports.setText("<br>".join(symbols(line, 12) for line in lines))

    @Slot(str, object, str)
    def _edited(self, name: str, text: str | None, merge: str) -> None:
        texts: dict[str, str | None] = {name: text}
        data = self.desk.schematic.datasets.get(text or "") if name == DATASET else None
        if data is not None:
            texts |= {"inputs": str(len(data.inputs)), "targets": str(len(data.targets))}
        self.edited.emit(texts, merge)

    # -- the run ----------------------------------------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        circuit = frame.layout.circuit if frame.layout is not None else None
        if circuit is None or not len(frame.voltages) or len(self._targets) != 1:
            self._show_live(None)
            return
        if circuit is not self._circuit:
            self._show_live(circuit)
        self.values.show_voltages(frame.voltages)
        if self._weights:
            numbers = np.array(self._weights)
            currents = charging_currents(circuit, frame.voltages)
            self.bars.show_values(frame.weights[numbers], currents[numbers])
            self.lens.follow(frame)

    def _show_live(self, circuit: Circuit | None) -> None:
        self._circuit = circuit
        self._weights = []
        readings = []
        if circuit is not None:
            target = self._targets[0]
            part = target.part if isinstance(target, PartTarget) else ""
            if self._reader is None or self._reader.circuit is not circuit:
                self._reader = Reader(circuit)
            readings = self._reader.readings(target.chain, part)
            self._weights = self._reader.weights(target.chain, part)
            self.values.show_readings(readings)
            self.bars.show_names(self._reader.names(target.chain, self._weights))
        reader = self._reader
        self.lens.show_synapses([reader.synapse(k) for k in self._weights] if reader is not None else [])
        self.live_section.setVisible(bool(readings))
        self.weight_section.setVisible(bool(self._weights))
        sections = [s for s in self._sections if not s.isHidden()]
        for number, section in enumerate(sections):
            section.rule.setVisible(number > 0 or bool(self.rows))

    @property
    def weights(self) -> tuple[int, ...]:
        """Numbers of the weights that are shown."""
        return tuple(self._weights)


def ports_in_words(block: Block, values: Mapping[str, object]) -> list[str]:
    """The pins of a placed sheet, a line for every side that has any."""
    sides: dict[str, list[str]] = {}
    for pin in block.symbol_of(values).pins:
        sides.setdefault(pin.side, []).append(pin.label)
    lines = [f"{side}: {', '.join(sides[side])}" for side in ("left", "right", "top", "bottom") if side in sides]
    return lines or ["None yet: open the sheet with Ctrl+Down and place sheet ports."]
