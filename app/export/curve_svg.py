"""A learning curve as a small SVG drawn without Qt, for machines without a display."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from app.document.atomic import write_bytes

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 400, 72, 48, 40, 20


def write_curves(path: Path, mse: Sequence[float], title: str) -> None:
    """MSE [V^2] over the epochs on a logarithmic axis."""
    values = [max(value, 1e-12) for value in mse] or [1.0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)) + 1e-9)
    high = max(high, low + 1)

    def x(epoch: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * epoch / max(len(values), 1)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - math.log10(value)) / (high - low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"',
        ' font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#FFFFFF"/>',
        f'<text x="{LEFT}" y="24" font-size="14" font-weight="600">{escape(title)}: MSE [V²]</text>',
    ]
    for exponent in range(low, high + 1):
        level = y(10.0**exponent)
        parts.append(f'<path d="M{LEFT} {level:.1f}H{WIDTH - RIGHT}" stroke="#D9DBD6"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{level + 4:.1f}" text-anchor="end">{10.0**exponent:g}</text>')
    for tick in range(5):
        epoch = round(len(values) * tick / 4)
        parts.append(f'<text x="{x(epoch):.1f}" y="{HEIGHT - 24}" text-anchor="middle">{epoch}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" text-anchor="middle">epoch</text>')
    points = " ".join(f"{x(epoch):.2f},{y(value):.2f}" for epoch, value in enumerate(values, start=1))
    parts.append(f'<polyline points="{points}" fill="none" stroke="#C24F00" stroke-width="2"/>')
    write_bytes(path, ("\n".join([*parts, "</svg>"]) + "\n").encode())
