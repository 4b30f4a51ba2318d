"""The worker thread that drives a run in short chunks, obeys commands between them and publishes frames.

No Qt here, and nothing heavy is imported before the thread runs: a window appears without waiting for the circuit
compiler. Commands come from any thread and are obeyed in order; frames are immutable and only the newest waits.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from app.document.schematic import Schematic
from app.errors import Problem, ProblemError
from app.training.frame import Frame
from app.training.stream import Latest

if TYPE_CHECKING:
    from app.training.session import Session

CHUNK = 0.016  # seconds of computing between two looks at the commands
FRAME_PERIOD = 0.030
SHORTEST = 0.004  # a chunk's least length: shorter ones cost more than they compute
IDLE_WAIT = 0.2

Command = Callable[["Session"], None]


class Engine:
    """Commands are methods and return at once. `latest` gives the newest frame that was not taken yet."""

    def __init__(self) -> None:
        self._frames: Latest[Frame] = Latest()
        self._inbox: deque[Command] = deque()
        self._wake = threading.Condition()
        self._stopping = self._warm = self._asked_to_run = False
        self._sent = self._obeyed = 0
        self._pending: tuple[Schematic, bool, Mapping[str, Any]] | None = None
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
        self._thread.start()

    # -- commands, from any thread ----------------------------------------------------------------------------------

    def load(self, schematic: Schematic, fresh: bool = False, state: Mapping[str, Any] | None = None) -> None:
        """Take over the document's present state; `schematic` must be a copy that nobody changes any more. Of several
        waiting only the newest is compiled. `fresh` forgets the run and begins with the trained `state` if there is
        one, else surviving capacitors keep their charge."""
        with self._wake:
            if self._pending is not None and not fresh:
                _, fresh, state = self._pending
            self._pending = schematic, fresh, state or {}
            self._asked_to_run &= not fresh
            if not self._warm and any(sheet.instances for sheet in schematic.sheets.values()):
                # At once, before the worker has even loaded the compiler of circuits.
                self._frames.put(Frame("preparing", commands=self._obeyed))
        self._post(self._load)

    def run(self) -> None:
        self._asked_to_run = True
        self._post(lambda session: session.run())

    def pause(self) -> None:
        self._asked_to_run = False
        self._post(lambda session: session.pause())

    def step_rows(self, rows: int) -> None:
        """Advance `rows` rows, or go back if negative; the run is paused then."""
        self._post(lambda session: session.step_rows(rows))

    def step_epochs(self, epochs: int) -> None:
        """The same by epochs: to the end of the present one, to the begin of the present or the one before."""
        self._post(lambda session: session.step_epochs(epochs))

    def reset(self) -> None:
        """Back to time 0 with the initial weights of the same seed."""
        self._post(lambda session: session.reset())

    def set_speed(self, simulated_per_wall: float | None) -> None:
        """Simulated seconds per second of wall time; None is as fast as possible."""
        self._post(lambda session: session.set_speed(simulated_per_wall))

    def set_teach(self, on: bool) -> None:
        """The V_teach switch, whatever the drawing says."""
        self._post(lambda session: session.set_teach(on))

    def look_back(self, epoch: int) -> None:
        """Show the snapshot at or before `epoch`; the run pauses and keeps its own state."""
        self._post(lambda session: session.look_back(epoch))

    def branch(self) -> None:
        """Continue from the snapshot that is looked at; what came after it is forgotten."""
        self._post(lambda session: session.branch())

    def live(self) -> None:
        """Stop looking back."""
        self._post(lambda session: session.live())

    def want_map(self, wanted: bool) -> None:
        """Whether anybody looks at the decision map."""
        self._post(lambda session: session.want_map(wanted))

    def ask(self, question: Callable[[Any], None]) -> None:
        """Call `question(run)` in the worker between two chunks (run is None without a circuit)."""
        self._post(lambda session: session.ask(question))

    def trained(self, timeout: float) -> dict[str, Any] | None:
        """What a file keeps of the run, asked between two chunks; None if the worker is busy for longer than `timeout`
        [s] (compiling kernels takes seconds)."""
        answer: dict[str, Any] = {}
        told = threading.Event()

        def tell(session: Session) -> None:
            answer.update(session.trained())
            told.set()

        self._post(tell)
        return answer if told.wait(timeout) else None

    @property
    def asked_to_run(self) -> bool:
        """Whether a run goes on as soon as its kernels are ready: while they compile no frame can tell."""
        return self._asked_to_run

    @property
    def native_id(self) -> int | None:
        """The worker's number in the operating system, for measuring."""
        return self._thread.native_id

    @property
    def sent(self) -> int:
        """How many commands were given. A frame whose `commands` reaches this number shows their effect."""
        return self._sent

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

    def _post(self, command: Command) -> None:
        with self._wake:
            self._inbox.append(command)
            self._sent += 1
            self._wake.notify()

    def _load(self, session: Session) -> None:
        with self._wake:
            pending, self._pending = self._pending, None
        if pending is None:
            return  # an earlier command has already taken it
        session.load(*pending)
        if not self._warm and session.state == "preparing":
            self._publish(session)
        self._warm |= session.warm_up()

    def _work(self) -> None:
        from app.training.session import Session

        session = Session()
        due = 0.0  # when the next frame is to be there
        while not self._stopping:
            obeyed = self._obey(session)
            length = min(CHUNK, max(SHORTEST, due - time.perf_counter()))
            wait = self._guarded(session, partial(session.chunk, length, time.perf_counter))
            now = time.perf_counter()
            if obeyed or (session.changed and now >= due):
                self._publish(session)
                due = max(due + FRAME_PERIOD, now + FRAME_PERIOD / 2)
            elif session.changed:
                wait = min(wait, due - now)
            with self._wake:
                if not self._inbox and not self._stopping and wait > 0:
                    self._wake.wait(min(wait, IDLE_WAIT))

    def _obey(self, session: Session) -> bool:
        obeyed = False
        while not self._stopping:
            with self._wake:
                if not self._inbox:
                    return obeyed
                command = self._inbox.popleft()
            self._guarded(session, partial(command, session))
            self._obeyed += 1
            obeyed = True
        return obeyed

    def _guarded(self, session: Session, work: Callable[[], float | None]) -> float:
        """Whatever goes wrong in a run is shown as a problem and pauses it; the thread lives on."""
        try:
            return work() or 0.0
        except ProblemError as error:
            session.refuse(error.problems)
        except Exception as error:  # a defect must reach the window instead of ending the thread silently
            session.refuse((_defect("engine-failed", error),))
        return IDLE_WAIT

    def _publish(self, session: Session) -> None:
        try:
            frame = session.frame(self._obeyed)
        except Exception as error:  # as above: the window must learn of it
            frame = Frame("refused", (_defect("frame-failed", error),))
        self._frames.put(frame)


def _defect(code: str, error: Exception) -> Problem:
    cause = f"{type(error).__name__}: {error}"
    return Problem(code, "the engine", cause, "undo the last change; please report this")
