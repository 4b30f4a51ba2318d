"""The worker thread that drives a run in short chunks, obeys commands between them and publishes frames.

No Qt here. Commands come from any thread and are obeyed in order; frames are immutable and only the newest waits.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from app.document.schematic import Schematic
from app.errors import Problem, ProblemError
from app.training.frame import Frame
from app.training.session import Session
from app.training.stream import Latest

CHUNK = 0.008
FRAME_PERIOD = 0.033
IDLE_WAIT = 0.2


class Engine:
    """Commands are methods and return at once. `latest` gives the newest frame that was not taken yet."""

    def __init__(self) -> None:
        self._frames: Latest[Frame] = Latest()
        self._inbox: deque[Callable[[], None]] = deque()
        self._wake = threading.Condition()
        self._stopping = False
        self._session = Session()
        self._pending_load: Schematic | None = None
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
        self._thread.start()

    # -- commands, from any thread ----------------------------------------------------------------------------------

    def load(self, schematic: Schematic, fresh: bool = False) -> None:
        """Take over the document's present state; `schematic` must be a copy that nobody changes any more. Of several
        waiting only the newest is compiled. `fresh` forgets the run, else surviving capacitors keep their charge."""
        with self._wake:
            self._pending_load = schematic
        self._post(partial(self._load, fresh))

    def run(self) -> None:
        self._post(self._session.run)

    def pause(self) -> None:
        self._post(self._session.pause)

    def step_rows(self, rows: int) -> None:
        """Advance `rows` rows, or go back if negative; the run is paused then."""
        self._post(partial(self._session.step_rows, rows))

    def step_epochs(self, epochs: int) -> None:
        self._post(partial(self._session.step_epochs, epochs))

    def reset(self) -> None:
        """Back to time 0 with the initial weights of the same seed."""
        self._post(self._session.reset)

    def set_speed(self, simulated_per_wall: float | None) -> None:
        """Simulated seconds per second of wall time; None is as fast as possible."""
        self._post(partial(self._session.set_speed, simulated_per_wall))

    def set_teach(self, on: bool) -> None:
        """The V_teach switch, whatever the drawing says."""
        self._post(partial(self._session.set_teach, on))

    def look_back(self, epoch: int) -> None:
        """Show the snapshot at or before `epoch`; the run pauses and keeps its own state."""
        self._post(partial(self._session.look_back, epoch))

    def branch(self) -> None:
        """Continue from the snapshot that is looked at; what came after it is forgotten."""
        self._post(self._session.branch)

    def live(self) -> None:
        """Stop looking back."""
        self._post(self._session.live)

    def want_map(self, wanted: bool) -> None:
        """Whether anybody looks at the decision map."""
        self._post(partial(self._session.want_map, wanted))

    def ask(self, question: Callable[[Any], None]) -> None:
        """Call `question(run)` in the worker between two chunks (run is None without a circuit)."""
        self._post(partial(self._session.ask, question))

    def latest(self) -> Frame | None:
        """The newest frame, once."""
        return self._frames.take()

    def shutdown(self, timeout: float = 0.7) -> bool:
        """Stop; True if the thread has ended (compiling kernels cannot be interrupted)."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # -- the worker -------------------------------------------------------------------------------------------------

    def _post(self, command: Callable[[], None]) -> None:
        with self._wake:
            self._inbox.append(command)
            self._wake.notify()

    def _load(self, fresh: bool) -> None:
        with self._wake:
            schematic, self._pending_load = self._pending_load, None
        if schematic is None:
            return  # a later load has already taken it
        if not self._session.kernels_ready:
            self._publish()
        self._session.load(schematic, fresh)

    def _work(self) -> None:
        published = 0.0
        while not self._stopping:
            obeyed = self._obey()
            wait = self._guarded(self._session.chunk, CHUNK)
            now = time.perf_counter()
            if obeyed or (self._session.changed and now - published >= FRAME_PERIOD):
                self._publish()
                published = now
            with self._wake:
                if not self._inbox and not self._stopping and wait > 0:
                    self._wake.wait(min(wait, IDLE_WAIT))

    def _obey(self) -> bool:
        obeyed = False
        while not self._stopping:
            with self._wake:
                if not self._inbox:
                    return obeyed
                command = self._inbox.popleft()
            self._guarded(command)
            obeyed = True
        return obeyed

    def _guarded(self, work: Callable[..., float | None], *arguments: Any) -> float:
        """Whatever goes wrong in a run is shown as a problem and pauses it; the thread lives on."""
        try:
            return work(*arguments) or 0.0
        except ProblemError as error:
            self._session.refuse(error.problems)
        except Exception as error:  # a defect must reach the window instead of ending the thread silently
            text = f"{type(error).__name__}: {error}"
            problem = Problem("engine-failed", "the engine", text, "undo the last change; please report this")
            self._session.refuse((problem,))
        return IDLE_WAIT

    def _publish(self) -> None:
        frame = self._guarded_frame()
        if frame is not None:
            self._frames.put(frame)

    def _guarded_frame(self) -> Frame | None:
        try:
            return self._session.frame()
        except Exception as error:  # as above: the window must learn of it
            text = f"{type(error).__name__}: {error}"
            return Frame("refused", (Problem("frame-failed", "the engine", text, "please report this"),))
