"""What the user drew: blocks, wires, sheets, datasets; edits and files. No Qt, no numpy."""
