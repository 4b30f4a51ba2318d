"""Live plots: one file a pane; curves come from a pool and only their data changes."""
