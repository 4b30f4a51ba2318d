"""Block declarations: one file per block, found by `blocks.discover`. Imports the standard library only."""
