"""Questions that the window asks: one file a dialogue."""
