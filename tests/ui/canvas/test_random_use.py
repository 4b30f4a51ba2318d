"""Hundreds of random presses, drags, keys and actions: nothing raises, the drawing shown stays the document's, and undo
leads back to the first byte."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import Qt

from app.ui.canvas.drawing import Drawing
from tests.ui.canvas.stage import ALT, CTRL, NO, SHIFT, Stage
from tests.ui.canvas.test_live import example

KINDS = ("multiplier", "neuron", "dc", "weight", "label", "type1", "type2", "comment", "frame", "dataset", "resistor")
KEYS = (
    Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Return,
    Qt.Key.Key_Space,
)  # fmt: skip


class Monkey:
    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.random = stage, random.Random(seed)

    def place(self) -> tuple[int, int]:
        """Often exactly on a pin, a wire's corner or a block."""
        drawing, choose = self.stage.view.drawing, self.random
        pins = [pin.at for view in drawing.blocks.values() for pin in view.pins]
        corners = [point for view in drawing.wires.values() for point in drawing.points_of(view)]
        middles = [(view.box[0] + 2, view.box[1] + 2) for view in drawing.blocks.values()]
        options = [places for places in (pins, corners, middles) if places]
        if options and choose.random() < 0.8:
            return choose.choice(choose.choice(options))
        return choose.randint(-5, 75), choose.randint(-5, 45)

    def act(self) -> str:
        """One thing that a person may do; its name, for the report."""
        stage, view, choose = self.stage, self.stage.view, self.random
        modifiers = choose.choice((NO, NO, NO, SHIFT, CTRL, ALT))
        name = choose.choice(
            ("click", "click", "drag", "drag", "drag", "double", "key", "key", "tool", "place", "turn", "mirror",
             "duplicate", "paste", "cut", "all", "undo", "redo", "zoom", "escape mid drag", "fit")
        )  # fmt: skip
        if name == "click":
            stage.click(*self.place(), modifiers)
        elif name == "drag":
            stage.drag(self.place(), self.place(), self.place(), modifiers=modifiers)
        elif name == "double":
            stage.double_click(*self.place())
            stage.view.setFocus()
        elif name == "key":
            stage.key(choose.choice(KEYS), modifiers)
        elif name == "tool":
            view.start_tool(choose.choice(("select", "wire", "label", "comment", "frame", "probe", "zoom_box")))
        elif name == "place":
            view.place(choose.choice(KINDS))
        elif name == "turn":
            view.rotate_selection(choose.choice((1, -1)))
        elif name == "mirror":
            view.mirror_selection(choose.random() < 0.5)
        elif name == "duplicate":
            view.duplicate()
        elif name == "paste":
            view.copy()
            view.paste()
        elif name == "cut":
            view.cut()
        elif name == "all":
            view.select_all() if choose.random() < 0.2 else view.select(())
        elif name in ("undo", "redo"):
            getattr(stage.desk.history, name)()
        elif name == "zoom":
            view.zoom_to(choose.choice((0.3, 0.6, 1.0, 1.0, 1.0, 2.0)))
        elif name == "fit":
            view.fit(animated=False)
        else:
            stage.press(*self.place(), modifiers)
            stage.move(*self.place(), modifiers)
            stage.key(Qt.Key.Key_Escape)
            stage.release(*self.place(), modifiers)
        return name


def shown(drawing: Drawing) -> tuple[object, ...]:
    """Everything that the drawing knows of its elements."""
    wires = drawing.wires.items()
    return (
        {key: (view.instance, view.box) for key, view in drawing.blocks.items()},
        {key: (view.wire, view.start, view.stop, view.bus, drawing.points_of(view)) for key, view in wires},
        set(drawing.dots(drawing.everything())),
        {pin.key for view in drawing.blocks.values() for pin in view.pins if drawing.is_used(pin)},
    )


@pytest.mark.parametrize("seed", range(6))
def test_random_use(stage: Stage, seed: int) -> None:
    if seed % 2:
        stage.show(example("paper-fig7"))
        stage.view._place(1.0, stage.view.content_rect().center())
    before = stage.dump()
    monkey = Monkey(stage, seed)
    done: list[str] = []
    for number in range(150):
        done.append(monkey.act())
        if number % 10 == 0:
            stage.image()
    stage.view.start_tool("select")
    stage.view.open_location(0)
    fresh = Drawing(stage.schematic, "top")
    assert shown(stage.view.drawing) == shown(fresh), done[-20:]
    stage.undo_to(before)
    assert shown(stage.view.drawing) == shown(Drawing(stage.schematic, "top"))
