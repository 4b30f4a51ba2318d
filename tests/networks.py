"""Networks drawn block by block in tests, independent of the generator."""

from __future__ import annotations

import numpy as np

from tests.drawing import XOR_ROWS, Drawing


def layered(sizes: tuple[int, ...], rows: tuple[tuple[float, ...], ...] = XOR_ROWS, **neuron: str) -> Drawing:
    """A fully connected network of neurons named as the generator names them."""
    draw = Drawing()
    draw.dataset("data", sizes[0], rows)
    draw.add("dataset", "D1", dataset="data", inputs=str(sizes[0]), targets=str(sizes[-1]))
    draw.add("v_teach", "VT")
    previous = [f"D1.X[{i + 1}]" for i in range(sizes[0])]
    for layer in range(2, len(sizes) + 1):
        previous = [_neuron(draw, sizes, layer, j + 1, previous, neuron) for j in range(sizes[layer - 1])]
    return draw


def _neuron(
    draw: Drawing, sizes: tuple[int, ...], layer: int, number: int, previous: list[str], neuron: dict[str, str]
) -> str:
    name = f"N{layer}_{number}"
    draw.add("neuron", name, **{"inputs": str(len(previous)), **neuron})
    draw.wire("VT.V", f"{name}.V_teach")
    for index, source in enumerate(previous, start=1):
        draw.wire(source, f"{name}.V_in[{index}]")
        if layer > 2:
            draw.wire(f"{name}.I_E[{index}]", f"B{layer - 1}_{index}.I_E")
    if layer == len(sizes):
        draw.add("type1", f"E{number}")
        draw.wire(f"{name}.V_out", f"E{number}.V_out")
        draw.wire(f"D1.T[{number}]", f"E{number}.V_target")
        draw.wire(f"E{number}.V_E", f"{name}.V_E")
    else:
        draw.add("type2", f"B{layer}_{number}")
        draw.wire(f"B{layer}_{number}.V_E", f"{name}.V_E")
    return f"{name}.V_out"


def random_rows(sizes: tuple[int, ...], count: int, seed: int) -> tuple[tuple[float, ...], ...]:
    """Inputs in +-1 V, targets in 0..1 V."""
    rng = np.random.default_rng(seed)
    inputs = rng.uniform(-1, 1, (count, sizes[0]))
    targets = rng.uniform(0, 1, (count, sizes[-1]))
    return tuple(map(tuple, np.hstack([inputs, targets]).tolist()))


def random_sizes(rng: np.random.Generator) -> tuple[int, ...]:
    """Two to four layers of one to four."""
    return tuple(int(n) for n in rng.integers(1, 5, int(rng.integers(2, 5))))

