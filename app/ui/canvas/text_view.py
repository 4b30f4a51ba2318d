"""Texts of the drawing edited where they stand, and what a double click opens."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Signal
from shiboken6 import isValid

from app.document import edits
from app.errors import ProblemError
from app.ui.canvas.edit_view import EditView
from app.ui.canvas.extent import NAME, field_at, place_of_field
from app.ui.canvas.hits import Hit
from app.ui.canvas.metrics import Detail
from app.ui.canvas.text_editor import LineEditor, PageEditor
from app.ui.canvas.views import BACKGROUND

CHOSEN = ("dataset", "sheet")  # parameters that name something of the document: chosen in the inspector, not typed


class TextView(EditView):
    edit_value_requested = Signal(str)
    _editor: LineEditor | PageEditor | None = None

    def open_at(self, hit: Hit, at: QPointF) -> None:
        """A double click: edits the text under it, opens a neuron or a placed sheet, or asks for the block's values."""
        if hit.block is None:
            return
        ident = hit.block.instance.id
        found = field_at(self.drawing, hit.block, at)
        readable = Detail.at(self.zoom()) >= Detail.NAMES or hit.block.type in BACKGROUND
        in_place = found is not None and found[0] not in CHOSEN
        if found is not None and in_place and readable and not self.read_only:
            self.edit_text(ident, found[0])
        elif not self.open_macro(ident):
            self.select((ident,))
            self.edit_value_requested.emit(ident)

    def edit_text(self, ident: str, parameter: str) -> None:
        """Opens the in-place editor for a parameter, or for the `name`, of a block."""
        view = self.drawing.blocks.get(ident)
        if view is None or self.read_only:
            return
        instance = view.instance
        declared = view.shape.block.parameter(parameter)
        if parameter != NAME and declared is None:
            return
        default = declared.default if declared is not None else ""
        text = instance.name if parameter == NAME else instance.parameters.get(parameter, default)
        area = place_of_field(self.drawing, view, parameter)
        place = self.mapFromScene(area).boundingRect()

        def commit(new: str) -> None:
            self._set_text(ident, parameter, new)

        make = PageEditor if view.type == "comment" else LineEditor
        self._editor = make(self.viewport(), text, place, max(11.0, 9.5 * self.zoom()), commit)

    def _shown(self) -> None:
        """What is edited is not there any more."""
        editor, self._editor = self._editor, None
        if editor is not None and isValid(editor):
            editor.give_up()
        super()._shown()

    def _set_text(self, ident: str, parameter: str, text: str) -> None:
        schematic, sheet = self.desk.schematic, self.sheet
        if self.read_only or ident not in schematic.sheets[sheet].instances:
            return
        try:
            if parameter == NAME:
                changes = edits.rename(schematic, sheet, ident, text)
            else:
                changes = edits.set_parameter(schematic, sheet, ident, parameter, text)
        except ProblemError as error:
            self.say(error.problems[0])
            return
        self.do("Rename" if parameter == NAME else f"Change {parameter}", changes)
