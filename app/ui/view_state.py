"""How a document was last looked at, as its file keeps it: zoom, middle, which block was open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from app.ui.canvas.view import CanvasView


def view_of(canvas: CanvasView) -> dict[str, Any]:
    """{"zoom", "centre": [x, y] in scene units, "inside": chain of ids that leads to what is shown}."""
    centre = canvas.centre()
    view: dict[str, Any] = {
        "zoom": round(canvas.zoom(), 4),
        "centre": [round(centre.x(), 1), round(centre.y(), 1)],
        "inside": canvas.where.chain,
    }
    return view


def restore_view(canvas: CanvasView, view: Mapping[str, Any]) -> None:
    """As `view_of` gave it; what is missing or makes no sense shows the whole drawing."""
    inside = view.get("inside")
    if isinstance(inside, str) and inside:
        canvas.open_path(inside)
    zoom, centre = view.get("zoom"), view.get("centre")
    numbers = [zoom, *centre] if isinstance(centre, list) and len(centre) == 2 else []
    if numbers and all(type(value) in (int, float) and math.isfinite(value) for value in numbers) and numbers[0] > 0:
        canvas.zoom_to(float(numbers[0]))
        canvas.centerOn(float(numbers[1]), float(numbers[2]))
    else:
        canvas.fit(animated=False)
