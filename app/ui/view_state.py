"""How a document was last looked at, as its file keeps it: zoom, middle, which block was open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from app.ui.canvas.view import CanvasView


def view_of(canvas: CanvasView) -> dict[str, Any]:
    """{"zoom", "centre": [x, y] in scene units, "size": [width, height] of the canvas in pixels, "inside": chain of ids
    that leads to what is shown}."""
    centre, size = canvas.centre(), canvas.viewport().size()
    view: dict[str, Any] = {
        "zoom": round(canvas.zoom(), 4),
        "centre": [round(centre.x(), 1), round(centre.y(), 1)],
        "size": [size.width(), size.height()],
        "inside": canvas.where.chain,
    }
    return view


def restore_view(canvas: CanvasView, view: Mapping[str, Any]) -> None:
    """As `view_of` gave it, in a smaller window smaller, so that nothing is cut off that was seen; what is missing or
    makes no sense shows the whole drawing."""
    inside = view.get("inside")
    if isinstance(inside, str) and inside:
        canvas.open_path(inside)
    zoom, centre, size = _numbers([view.get("zoom")]), _numbers(view.get("centre")), _numbers(view.get("size"))
    if len(zoom) != 1 or zoom[0] <= 0 or len(centre) != 2:
        canvas.fit(animated=False)
        return
    now = canvas.viewport().size()
    smaller = 1.0
    if len(size) == 2 and min(size) > 0:
        smaller = min(1.0, now.width() / size[0], now.height() / size[1])
    canvas.zoom_to(smaller * zoom[0])
    canvas.centerOn(*centre)


def _numbers(value: object) -> list[float]:
    """A list's finite numbers; nothing if it holds anything else."""
    if not isinstance(value, list) or not all(type(each) in (int, float) and math.isfinite(each) for each in value):
        return []
    return [float(each) for each in value]
