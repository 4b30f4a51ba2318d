"""The canvas: one sheet drawn, and the gestures that edit it."""
