"""How a Program is integrated in time.

    from app.solve.methods import create
    from app.solve.state import IntegratorState, Options, Recorder, RowEnds, Status

    solver = create(program, "auto", Options(rtol=1e-6))      # or "dp5", "rk4", "dop853", "lsoda", "rk45" ...
    v = program.values(); v[program.levels["id"]] = 1.0        # (slots, lanes): constants and hand-set levels
    state = IntegratorState.start(y)                           # y (states, lanes) [V]
    solver.advance(v, state, schedule, stop=400)               # to the begin of segment 400 of this Schedule
    solver.advance(v, state, schedule, most_steps=1000)        # or at most so many accepted steps a lane
    errors, outputs = solver.forward(v, state.y, table)        # each (rows, outputs, lanes): the pass for the MSE

`state.segment` counts in the Schedule that is passed; before passing the next Schedule call `state.shift(n)` with the
number of segments left behind. Where a call ends changes no bit of the run. A lane whose `state.status` is not RUNNING
stopped for good at `state.failed_at` and keeps its last good states (reference.first_non_finite names the slot). New
parameters or another number of lanes: create another solver and go on with the same state.

Nothing here imports numba until a compiled method is created.
"""
