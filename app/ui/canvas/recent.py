"""The last frames of a run, from which any net's course can be drawn, also of nets that nobody records."""

from __future__ import annotations

from collections import deque

from app.program import FloatArray
from app.training.frame import Frame

SPAN = 0.8e-6  # s that a sparkline shows
MOST_FRAMES = 96
MOST_VALUES = 2_000_000  # of all kept frames together


class Recent:
    def __init__(self) -> None:
        self._frames: deque[tuple[float, FloatArray]] = deque(maxlen=MOST_FRAMES)
        self._newest: Frame | None = None

    def add(self, frame: Frame) -> None:
        """Keeps a frame; another circuit, or time going backwards, begins anew."""
        before = self._newest
        if before is not None and (before.layout is not frame.layout or frame.time < before.time):
            self._frames.clear()
        self._newest = frame
        if len(frame.voltages) and (not self._frames or frame.time > self._frames[-1][0]):
            self._frames.append((frame.time, frame.voltages))
            while len(self._frames) > 2 and len(self._frames) * len(frame.voltages) > MOST_VALUES:
                self._frames.popleft()

    def trace(self, slot: int) -> list[tuple[float, float]]:
        """(time [s], volts) of the last 0.8 us as recorded, or of the last frames where the run is too fast for that or
        the net is not recorded."""
        frame = self._newest
        if frame is None:
            return []
        signals = frame.layout.signals if frame.layout is not None else ()
        for number, signal in enumerate(signals):
            if signal.slot == slot and len(frame.signals.x) > 1 and number < frame.signals.y.shape[1]:
                x, y = frame.signals.x, frame.signals.y[:, number]
                first = int((x >= x[-1] - SPAN).argmax())
                return list(zip(x[first:].tolist(), y[first:].tolist(), strict=True))
        points = [(time, float(voltages[slot])) for time, voltages in self._frames if slot < len(voltages)]
        recent = [point for point in points if point[0] >= frame.time - SPAN]
        return recent if len(recent) >= 8 else points
