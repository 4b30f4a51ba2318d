"""Tab. 2: the datasets and networks of the speed comparison."""

from __future__ import annotations

from app.reproduce import speed
from app.reproduce.learning import Bench
from app.reproduce.outcome import Cell, Claim, Outcome, Table, verdict


def reproduce(bench: Bench) -> Outcome:
    tests = speed.tests(bench)
    rows: list[tuple[Cell, ...]] = [
        ("size of dataset", *(test.rows for test in tests)),
        ("network taken", *("-".join(map(str, test.layers)) for test in tests)),
        ("layers", *(len(test.layers) for test in tests)),
        ("neurons", *(sum(test.layers[1:]) for test in tests)),
        ("capacitors", *(test.capacitors for test in tests)),
        ("epochs", *(speed.EPOCHS for _ in tests)),
        ("MSE after the first epoch [V²]", *(f"{test.mse[0]:.3g}" for test in tests)),
        ("MSE after the last epoch simulated [V²]", *(f"{test.mse[1]:.3g} ({test.epochs:,})" for test in tests)),
    ]
    row_times = [time / (count * speed.EPOCHS) for time, count in zip(speed.PAPER_ANALOGUE, speed.ROWS, strict=True)]
    return Outcome(
        "tab2",
        "Size of the dataset and structure of neural networks for speed comparison",
        "What was trained for Tab. 1, all at T_row = 1 µs. In brackets, after how many epochs the MSE is the last.",
        Table(("", "Test 1", "Test 2", "Test 3", "Test 4"), rows),
        (
            Claim(
                "The analogue times of Tab. 1 belong to these datasets and 1,000 epochs", "Tabs. 1 and 2",
                "printed time / (rows × epochs): " + ", ".join(f"{1e12 * value:.3g} ps" for value in row_times)
                + ", the same in all tests (read as 1 µs, the row time of Fig. 11)",
                verdict(max(row_times) < 1.001 * min(row_times)),
            ),
        ),
        (
            "The table's numbers of layers and neurons cannot be read but for the 6 in the last column: 1-2-1, 2-8-1, "
            "4-8-8-2 and 4-8-8-8-8-2 (six layers) are taken. Rows are random inputs of ±1 V with smooth targets.",
        ),
    )  # fmt: skip
