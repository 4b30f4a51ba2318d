"""Fig. 12 on the bench: an ideal and an imperfect multiplier side by side, their input swept up and down."""

from __future__ import annotations

from boards import Board

from app.document.schematic import Schematic

STEP, STEPS = 125, 80  # ns; points enough to bend a line, since nothing else in the circuit asks for small steps
OFFSET = "0.1"
PITCH = 16


def sweep_points() -> str:
    """From -4 V to 4 V and back in steps of 0.1 V."""
    levels = [k - STEPS // 2 for k in range(STEPS)] + [STEPS // 2 - k for k in range(STEPS + 1)]
    return ", ".join(f"{STEP * number}n {level / 10:g}" for number, level in enumerate(levels))


def draw() -> Schematic:
    board = Board(Schematic())
    sweep = board.put("pwl", "V1", (0, 0), points=sweep_points(), repeat="forever")
    factor = board.put("dc", "V2", (0, PITCH), level="0.5")
    kinds = (("multiplier", "ideal", {}), ("imperfect_multiplier", "changed", {"V_off": OFFSET}))
    multipliers = [board.put(kind, f"M{k + 1}", (18, PITCH * k), **texts) for k, (kind, _, texts) in enumerate(kinds)]
    pins = [(sweep, "V", 0), *((multiplier, "V1", 0) for multiplier in multipliers)]
    (x0, y0), first, second = (placed.at(port) for placed, port, _ in pins)
    track = x0 + 7
    board.join(pins, ((x0, y0), first), ((track, y0), (track, second[1]), second))
    board.name((factor, "V", 0), "V_in2", away=(2, 0))
    for multiplier, (_, name, _) in zip(multipliers, kinds, strict=True):
        x, y = multiplier.at("V2")
        board.join([(multiplier, "V2", 0), board.label("V_in2", (x, y + 1), rotation=90)])
        ix, iy = multiplier.at("I")
        load = board.put_pin("resistor", f"R{multiplier.instance.name[1:]}", "I", (ix + 4, iy))
        board.join([(multiplier, "I", 0), (load, "I", 0)])
        vx, vy = load.at("V")
        probe = board.put_pin("probe", f"P{multiplier.instance.name[1:]}", "V", (vx + 2, vy))
        label = board.label(f"V_{name}", (vx + 9, vy))
        board.join([(load, "V", 0), (probe, "V", 0), label], ((vx, vy), (vx + 9, vy)))
    return board.schematic
