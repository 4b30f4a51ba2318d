"""Writes resources/examples/ and resources/datasets/ anew: `python packaging/examples/make.py [FOLDER]`.

The same version of the program writes the same bytes, so that a test can hold the files to what stands here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import catalogue  # noqa: E402  (needs the path above)
import data  # noqa: E402

from app.document import aann_file, dataset  # noqa: E402


def main(folder: Path) -> None:
    examples, datasets = folder / "examples", folder / "datasets"
    for place in (examples, datasets):
        place.mkdir(parents=True, exist_ok=True)
    for name, rows in data.written().items():
        dataset.write_csv(datasets / f"{name}.csv", rows)
    for example in catalogue.EXAMPLES:
        aann_file.save(examples / f"{example.file}.aann", aann_file.Document(example.schematic()))
    index = {"examples": [example.entry() for example in catalogue.EXAMPLES], "paper": catalogue.PAPER}
    (examples / "gallery.json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "resources")
