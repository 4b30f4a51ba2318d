"""What can be dropped on the canvas: a tile of the palette, files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

BLOCK_TYPE = "application/x-aann-block"  # utf-8 name of a block's type
FILE_KINDS = (".aann", ".csv")
MOST_NAME = 64


def block_in(data: QMimeData) -> str:
    """The dragged block's type, or empty."""
    if not data.hasFormat(BLOCK_TYPE):
        return ""
    return bytes(data.data(BLOCK_TYPE).data())[:MOST_NAME].decode("utf-8", "replace")


def files_in(data: QMimeData) -> list[str]:
    """Paths of dragged local files that the program can open."""
    paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if Path(path).suffix.lower() in FILE_KINDS]
