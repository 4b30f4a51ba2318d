"""Programs and schedules made by hand from operation rows, as the tests of the engine need them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np

from app.program import FORWARD, ONE, FloatArray, Opcode, Program, Schedule

Edge = tuple[int, int, float]


@dataclass
class Builder:
    """Collects groups of rows; slots are handed out in order after ONE and TIME."""

    slots: int = 2
    groups: list[tuple[int, int, int, int]] = field(default_factory=list)
    out: list[int] = field(default_factory=list)
    ptr: list[int] = field(default_factory=lambda: [0])
    edges: list[Edge] = field(default_factory=list)
    m: list[float] = field(default_factory=list)

    def new(self, count: int) -> list[int]:
        self.slots += count
        return list(range(self.slots - count, self.slots))

    def group(self, code: Opcode, rows: list[tuple[int, list[Edge]]], flags: int = 0, m: float = 1.0) -> None:
        first = len(self.out)
        for out, edges in rows:
            self.out.append(out)
            self.edges += edges
            self.ptr.append(len(self.edges))
            self.m.append(m)
        self.groups.append((int(code), first, len(self.out), flags))

    def program(self, states: list[int], sources: list[int], errors: list[int], outputs: list[int]) -> Program:
        a, b, k = zip(*self.edges, strict=True)
        return Program(
            slots=self.slots, lanes=1, first_state=states[0], states=len(states),
            groups=np.array(self.groups, np.int64), out=np.array(self.out, np.int64),
            ptr=np.array(self.ptr, np.int64), a=np.array(a, np.int64), b=np.array(b, np.int64),
            k=np.array(k, float)[:, None], m=np.array(self.m)[:, None], sources=np.array(sources, np.int64),
            errors=np.array(errors, np.int64), outputs=np.array(outputs, np.int64),
        )  # fmt: skip


def network(sizes: tuple[int, ...], rate: float = 1e6, gain: float = 4.0) -> Program:
    """A layered self-training network as circuit.md defines it: K_p/C = `rate` [1/s], one Type1 an output, V_teach = 1
    in the slot named "teach". State order: neuron by neuron, bias first."""
    b = Builder()
    weights = [b.new(n * (p + 1)) for p, n in itertools.pairwise(sizes)]
    x, targets, (teach,) = b.new(sizes[0]), b.new(sizes[-1]), b.new(1)
    inputs, signals, slopes = [ONE, *x], [x], []
    for layer, n in enumerate(sizes[1:]):
        net, s, ds = b.new(n), b.new(n), b.new(n)
        wide = len(inputs)
        rows = [(net[j], [(weights[layer][j * wide + i], inputs[i], 1.0) for i in range(wide)]) for j in range(n)]
        b.group(Opcode.MAC, rows, FORWARD)
        pairs = [(out, [(net[j], ONE, gain)]) for j in range(n) for out in (s[j], ds[j])]
        b.group(Opcode.SIGMOID_PAIR, pairs, FORWARD)
        b.m[-2 * n + 1 :: 2] = [gain] * n
        signals.append(s)
        slopes.append(ds)
        inputs = [ONE, *s]
    errors = b.new(sizes[-1])
    b.group(
        Opcode.MAC,
        [(e, [(y, ONE, 1.0), (t, ONE, -1.0)]) for e, y, t in zip(errors, signals[-1], targets, strict=True)],
        FORWARD,
    )
    derivatives = []
    back = errors
    for layer in reversed(range(len(weights))):
        n, wide = sizes[layer + 1], sizes[layer] + 1
        v_s, delta = b.new(n), b.new(n)
        b.group(Opcode.MAC, [(v_s[j], [(back[j], slopes[layer][j], 1.0)]) for j in range(n)])
        b.group(Opcode.MAC, [(delta[j], [(v_s[j], teach, 1.0)]) for j in range(n)])
        into = [ONE, *signals[layer]]
        derivatives += [
            (weights[layer][j * wide + i] - weights[0][0], [(delta[j], into[i], -rate)])
            for j in range(n)
            for i in range(wide)
        ]
        if layer:
            back = b.new(wide - 1)
            b.group(
                Opcode.MAC,
                [
                    (back[i], [(delta[j], weights[layer][j * wide + i + 1], 1.0) for j in range(n)])
                    for i in range(wide - 1)
                ],
            )
    b.group(Opcode.DERIVATIVE, sorted(derivatives))
    states = [slot for layer in weights for slot in layer]
    program = b.program(states, x + targets, errors, signals[-1])
    return Program(**{**program.__dict__, "levels": {"teach": teach}})


def values(program: Program, teach: float = 1.0) -> FloatArray:
    v = program.values()
    for slot in program.levels.values():
        v[slot] = teach
    return v


XOR = np.array([[-1, -1, 0], [-1, 1, 1], [1, -1, 1], [1, 1, 0]], float)


def rows_held(table: FloatArray, row_time: float, epochs: int) -> Schedule:
    """Every table row for `row_time`, `epochs` times over."""
    count = len(table) * epochs
    number = np.arange(count)
    return Schedule((number * row_time)[:, None], np.full((count, 1), row_time), (number % len(table))[:, None], table)


def start_weights(program: Program, lanes: int = 1, seed: int = 1) -> FloatArray:
    return np.random.default_rng(seed).uniform(-0.3, 0.3, (program.states, lanes))
