"""What stands around the canvas: palette, inspector, problems, timeline, start page."""
