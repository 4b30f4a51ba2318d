"""Edits of where a selection lies: move, rotate, mirror. Wires stay attached; whoever draws them routes them anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from app.document.edits import Changes, changed, on_sheet
from app.document.nets import SheetNets, nets_of
from app.document.placement import box_of, place
from app.document.schematic import TOP, Instance, Junction, Point, Schematic, Sheet, Wire

Map = Callable[[Point], Point]


class Selection:
    """Blocks and junctions with these ids, and the wires whose corners go with them: those chosen, and those between
    two elements of the selection."""

    def __init__(self, sheet: Sheet, idents: Iterable[str]) -> None:
        chosen = set(idents)
        self.instances = [sheet.instances[ident] for ident in sorted(chosen & sheet.instances.keys())]
        self.junctions = [sheet.junctions[ident] for ident in sorted(chosen & sheet.junctions.keys())]
        self.wires = [
            wire
            for wire in sheet.wires.values()
            if wire.id in chosen or (wire.ends[0].item in chosen and wire.ends[1].item in chosen)
        ]

    def mapped(self, sheet: str, point: Map, turned: Callable[[Instance], Instance]) -> Changes:
        """Everything with its points mapped and its instances turned."""

        def junction(old: Junction) -> Junction:
            return replace(old, at=on_sheet(point(old.at), old.id))

        def wire(old: Wire) -> Wire:
            return replace(old, corners=tuple(on_sheet(point(corner), old.id) for corner in old.corners))

        return (
            *(changed(sheet, "instances", old, turned(old)) for old in self.instances),
            *(changed(sheet, "junctions", old, junction(old)) for old in self.junctions),
            *(changed(sheet, "wires", old, wire(old)) for old in self.wires if old.corners),
        )

    def doubled_centre(self, nets: SheetNets) -> Point:
        """Twice the centre of the bounding box of blocks and junctions (of corners, if there are neither)."""
        boxes = [box_of_block(nets, instance) for instance in self.instances]
        points = [point for left, top, right, bottom in boxes for point in ((left, top), (right, bottom))]
        points += [junction.at for junction in self.junctions]
        points = points or [corner for wire in self.wires for corner in wire.corners] or [(0, 0)]
        xs, ys = zip(*points, strict=True)
        return min(xs) + max(xs), min(ys) + max(ys)


def move(schematic: Schematic, idents: Iterable[str], dx: int, dy: int, sheet: str = TOP) -> Changes:
    """Shifts the selection; wires to elsewhere stay attached and keep their corners."""
    return shift(Selection(schematic.sheets[sheet], idents), dx, dy, sheet)


def shift(selection: Selection, dx: int, dy: int, sheet: str = TOP) -> Changes:
    """The same for a selection that is shifted again and again, as while it is dragged."""

    def shifted(point: Point) -> Point:
        return point[0] + dx, point[1] + dy

    def moved(old: Instance) -> Instance:
        return replace(old, at=on_sheet(shifted(old.at), old.name))

    return selection.mapped(sheet, shifted, moved)


def rotate(schematic: Schematic, idents: Iterable[str], turns: int = 1, sheet: str = TOP) -> Changes:
    """Quarter turns clockwise about the selection's centre, on the grid; four turns are the identity."""
    nets = nets_of(schematic, sheet)
    selection = Selection(schematic.sheets[sheet], idents)
    x2, y2 = selection.doubled_centre(nets)
    if (x2 + y2) % 2:
        # The centre lies between two grid points. The one whose coordinates add up to an even number stays the same
        # however often the selection is turned about it; always rounding down would let it wander.
        if x2 % 2:
            x2 += 1 if (x2 + 1 + y2) % 4 == 0 else -1
        else:
            y2 += 1 if (y2 + 1 + x2) % 4 == 0 else -1

    def turned(point: Point) -> Point:
        x, y = point
        for _ in range(turns % 4):
            x, y = (x2 + y2) // 2 - y, x + (y2 - x2) // 2
        return x, y

    def instance(old: Instance) -> Instance:
        return replace(old, at=on_sheet(turned(old.at), old.name), rotation=(old.rotation + 90 * turns) % 360)

    return selection.mapped(sheet, turned, instance)


def mirror(schematic: Schematic, idents: Iterable[str], vertical: bool = False, sheet: str = TOP) -> Changes:
    """Swaps left and right (or, `vertical`, top and bottom) about the selection's centre."""
    nets = nets_of(schematic, sheet)
    selection = Selection(schematic.sheets[sheet], idents)
    x2, y2 = selection.doubled_centre(nets)

    def flipped(point: Point) -> Point:
        return (point[0], y2 - point[1]) if vertical else (x2 - point[0], point[1])

    def instance(old: Instance) -> Instance:
        # A symbol mirrors inside its own box before it turns: the box's other edge takes the origin's place.
        rotation = ((180 if vertical else 0) - old.rotation) % 360
        new = replace(old, at=flipped(old.at), rotation=rotation, mirrored=not old.mirrored)
        x, y = place((_width(nets, old), 0), 0, replace(new, at=(0, 0), mirrored=False))
        return replace(new, at=on_sheet((new.at[0] - round(x), new.at[1] - round(y)), old.name))

    return selection.mapped(sheet, flipped, instance)


def box_of_block(nets: SheetNets, instance: Instance) -> tuple[int, int, int, int]:
    """Of a block of a sheet; a point for an unknown type."""
    block = nets.block(instance)
    if block is None:
        return (*instance.at, *instance.at)
    return box_of(instance, block.symbol_of(nets.values(instance)))


def _width(nets: SheetNets, instance: Instance) -> float:
    block = nets.block(instance)
    return 0 if block is None else block.symbol_of(nets.values(instance)).size[0]
