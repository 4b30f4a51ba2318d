"""Joins recognised operations that follow one another into units, each of which becomes one instruction."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from app.program import FORWARD, IntArray, Program
from app.solve.recognise import Difference, Found, Kind, Matrix, Pair, Product, Transposed, Vector


@dataclass(eq=False)
class Unit:
    """One instruction: `main` with what is fused to it."""

    group: int
    main: Kind
    pair: Pair | None = None
    tails: list[Product] = field(default_factory=list)
    flags: int = 0


def fuse(program: Program, found: Found) -> list[Unit]:
    """Joins a matrix with its activation, and an error with the products that follow it."""
    producer = np.full(program.slots, -1)
    for number, (code, first, last, _) in enumerate(program.groups):
        if code != 1:
            producer[program.out[first:last]] = number
    units: list[Unit] = []
    by_net: dict[int, Unit] = {}
    by_end: dict[int, Unit] = {}
    for group, operation in found.operations:
        flags = int(program.groups[group, 3]) & FORWARD
        if isinstance(operation, Pair) and id(operation.net) in by_net:
            unit = by_net.pop(id(operation.net))
            unit.pair = operation
        elif isinstance(operation, Product) and _fits(operation, by_end, producer):
            unit = by_end.pop(id(operation.a)) if id(operation.a) in by_end else by_end.pop(id(operation.b))
            if operation.a is not _end(unit):
                assert isinstance(operation.b, Vector)
                operation = Product(operation.out, operation.b, operation.a, operation.k)
            unit.tails.append(operation)
            if len(unit.tails) < 2:
                by_end[id(operation.out)] = unit
        else:
            unit = Unit(group, operation)
            units.append(unit)
            if isinstance(operation, Matrix):
                by_net[id(operation.net)] = unit
            elif isinstance(operation, Difference | Transposed):
                by_end[id(operation.e)] = unit
        unit.flags |= flags
    return units


def _end(unit: Unit) -> Vector:
    """The vector that the next tail multiplies."""
    if unit.tails:
        return unit.tails[-1].out
    assert isinstance(unit.main, Difference | Transposed)
    return unit.main.e


def _fits(product: Product, by_end: dict[int, Unit], producer: IntArray) -> bool:
    """Whether the other factor is known before the unit runs."""
    for mine, other in ((product.a, product.b), (product.b, product.a)):
        unit = by_end.get(id(mine))
        if unit is not None:
            slots = other.slots if isinstance(other, Vector) else np.array([other])
            return bool((producer[slots] < unit.group).all())
    return False
