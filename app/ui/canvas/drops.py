"""What can be dropped on the canvas: a tile of the palette, files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

BLOCK_TYPE = "application/x-aann-block"  # utf-8 name of a block's type
FILE_KINDS = (".aann", ".csv")
MOST_NAME = 300
SHEET_KIND = "sheet:"  # before the name of a definition


def block_in(data: QMimeData) -> str:
    """The dragged block's type, or empty."""
    if not data.hasFormat(BLOCK_TYPE):
        return ""
    return bytes(data.data(BLOCK_TYPE).data())[:MOST_NAME].decode("utf-8", "replace")


def kind_of(word: str) -> tuple[str, dict[str, str]]:
    """The type and the parameters that a tile's word means: `neuron`, or `sheet:` with a definition's name."""
    if word.startswith(SHEET_KIND):
        return "sheet", {"sheet": word[len(SHEET_KIND) :]}
    return word, {}


def files_in(data: QMimeData) -> list[str]:
    """Paths of dragged local files that the program can open."""
    paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if Path(path).suffix.lower() in FILE_KINDS]
