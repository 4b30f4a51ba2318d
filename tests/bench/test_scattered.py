"""The circuit of which no layer is recognised."""

from __future__ import annotations

from app.bench import scattered
from app.bench.case import make_case
from app.program import Program
from app.solve import kernels
from app.solve.recognise import Matrix, recognise


def test_nothing_of_it_is_a_layer(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    seen: list[Program] = []

    class Engine(kernels.Engine):
        def __init__(self, program: Program, **options: object) -> None:
            seen.append(program)
            super().__init__(program, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(scattered, "Engine", Engine)
    case = make_case((16, 8, 2), 4)
    assert any(isinstance(found, Matrix) for _, found in recognise(case.circuit.program).operations)
    assert scattered.seconds_per_row(case, 1, 1, 1e-6) > 0
    assert not any(isinstance(found, Matrix) for _, found in recognise(seen[0]).operations)
