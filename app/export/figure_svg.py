"""Figures as SVG, written without Qt."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from app.document.atomic import write_bytes
from app.export.figure import Figure
from app.export.figure_layout import Page, Rect, Stroke, Words, lay_out
from app.program import FloatArray

FONTS = "Inter, Helvetica, Arial, sans-serif"
SMALL, DROP = 0.74, 0.24  # of a subscript, in letters' sizes


def write_svg(path: Path, figure: Figure, title: str) -> None:
    """Replaces the file atomically. Raises ProblemError."""
    write_bytes(path, to_svg(lay_out(figure), title).encode())


def to_svg(page: Page, title: str) -> str:
    clips: dict[Rect, str] = {}
    body = [_stroke(stroke, clips) for stroke in page.strokes if len(stroke.points) > 1]
    body += [_words(words) for words in page.words if words.runs]
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{page.width}" height="{page.height}"'
        f' viewBox="0 0 {page.width} {page.height}" role="img" font-family={quoteattr(FONTS)}>',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" fill="{page.colour("plot")}"/>',
    ]
    areas = [
        f'<clipPath id="{name}"><rect x="{left:g}" y="{top - 1:g}" width="{right - left:g}"'
        f' height="{low - top + 2:g}"/></clipPath>'
        for (left, top, right, low), name in clips.items()
    ]
    # In defs, because readers of SVG Tiny draw what they do not know.
    head += ["<defs>", *areas, "</defs>"]
    return "\n".join([*head, *body, "</svg>"]) + "\n"


def _stroke(stroke: Stroke, clips: dict[Rect, str]) -> str:
    extra = ""
    if stroke.dashes:
        extra += f' stroke-dasharray="{" ".join(f"{dash:g}" for dash in stroke.dashes)}"'
    if stroke.opacity < 1:
        extra += f' stroke-opacity="{stroke.opacity:g}"'
    if stroke.clip is not None:
        extra += f' clip-path="url(#{clips.setdefault(stroke.clip, f"c{len(clips) + 1}")})"'
    points = " ".join(f"{x:g},{y:g}" for x, y in np.round(thinned(stroke.points), 2))
    return (
        f'<polyline points="{points}" fill="none" stroke="{stroke.colour}" stroke-width="{stroke.width:g}"'
        f' stroke-linejoin="round"{extra}/>'
    )


def thinned(points: FloatArray, reach: float = 0.25) -> FloatArray:
    """Leaves out points that lie within `reach` of where the last one kept is, and keeps both ends."""
    keep = [0]
    for number in range(1, len(points) - 1):
        if np.abs(points[number] - points[keep[-1]]).max() >= reach:
            keep.append(number)
    if len(points) > 1:
        keep.append(len(points) - 1)
    return np.asarray(points[keep])


def _words(words: Words) -> str:
    spans = []
    down = 0.0
    for run in words.runs:
        drop = DROP * words.size if run.below else 0.0
        style = ' font-style="italic"' if run.italic else ""
        style += f' font-size="{SMALL * words.size:g}"' if run.below else ""
        style += f' dy="{drop - down:.2f}"' if drop != down else ""
        spans.append(f"<tspan{style}>{escape(run.text)}</tspan>" if style else escape(run.text))
        down = drop
    turn = f' transform="rotate(-90 {words.x:g} {words.y:g})"' if words.turned else ""
    weight = f' font-weight="{words.weight}"' if words.weight != 400 else ""
    return (
        f'<text x="{words.x:g}" y="{words.y:g}" font-size="{words.size:g}" fill="{words.colour}"'
        f' text-anchor="{words.anchor}"{weight}{turn} xml:space="preserve">{"".join(spans)}</text>'
    )
