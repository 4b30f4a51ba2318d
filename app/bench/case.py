"""A network that every program trains, each from the same weights on the same rows."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from app.circuit.compile import Circuit, compile_schematic
from app.document import dataset
from app.document.generate import generate
from app.document.schematic import Schematic
from app.program import FloatArray
from app.training.run import Options, TrainingRun, prepare

GAIN = 4.0  # /V^2, as generated
CHARGING = 1e6  # K_p/C [1/s], as generated


@dataclass(frozen=True)
class Case:
    """`x` (rows, inputs), `t` (rows, outputs) [V]; `volts` (weights,) at the start, neuron by neuron, bias first;
    `rate` eta = K_p T_row/C; `compile_seconds` of processor time from the drawing to the Circuit."""

    layers: tuple[int, int, int]
    schematic: Schematic
    circuit: Circuit
    x: FloatArray
    t: FloatArray
    volts: FloatArray
    rate: float
    compile_seconds: float

    @property
    def name(self) -> str:
        return "-".join(str(size) for size in self.layers)

    @property
    def row_time(self) -> float:
        """T_row [s]."""
        return self.rate / CHARGING

    def run(self, runs: int = 1, threads: int = 1, **options: float) -> TrainingRun:
        """A run at time 0 without the MSE's forward passes; run i has seed i."""
        seeds = tuple(range(runs))
        chosen = Options(seeds=seeds, threads=threads, measure_mse=False, **options)  # type: ignore[arg-type]
        return prepare(self.circuit, self.schematic, chosen)


def make_case(layers: tuple[int, int, int], rows: int, t_row: str | None = None, level: str = "neuron") -> Case:
    """XOR for 2-8-1, else random rows: inputs in +-1 V (a fifth of 784 pixels lit, 0 .. 1 V), targets one of n."""
    data = dataset.XOR if layers[0] == 2 else _random_rows(layers, rows)
    schematic, _ = generate(layers, data, "data", t_row=t_row, level=level)  # type: ignore[arg-type]
    began = time.process_time()
    circuit = compile_schematic(schematic)
    seconds = time.process_time() - began
    values = np.asarray(data.rows, float)
    run = prepare(circuit, schematic, Options(measure_mse=False))
    rate = CHARGING * run.timeline.row_time
    x, t = (np.ascontiguousarray(part) for part in np.split(values, [layers[0]], axis=1))
    return Case(layers, schematic, circuit, x, t, run.weights()[:, 0].copy(), rate, seconds)


def _random_rows(layers: tuple[int, int, int], rows: int) -> dataset.Dataset:
    generator = np.random.default_rng(0)
    inputs, _, outputs = layers
    x = generator.uniform(-1, 1, (rows, inputs))
    if inputs == 784:
        x = np.abs(x) * (generator.random(x.shape) < 0.2)
    t = np.eye(outputs)[generator.integers(0, outputs, rows)]
    names = tuple(f"x{i + 1}" for i in range(inputs)), tuple(f"t{i + 1}" for i in range(outputs))
    return dataset.Dataset(*names, tuple(map(tuple, np.hstack([x, t]).round(4).tolist())))
