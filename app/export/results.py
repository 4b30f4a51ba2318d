"""A finished run as HDF5, NPZ or CSV: MSE per epoch, weights, outputs, provenance."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import h5py
import numpy as np

from app import __version__
from app.document.atomic import write_bytes
from app.program import FloatArray
from app.training.run import TrainingRun


def write_results(path: Path, run: TrainingRun) -> None:
    """By suffix: .h5 and .npz hold mse (epochs, runs) [V^2], weights (weights, runs) [V], outputs (rows, outputs, runs)
    [V] and names; .csv holds the learning curves."""
    arrays = result_arrays(run)
    if path.suffix == ".csv":
        write_bytes(path, _curves(arrays["mse"], run.options.seeds).encode())
        return
    buffer = io.BytesIO()
    if path.suffix == ".npz":
        np.savez_compressed(buffer, allow_pickle=False, **arrays)
    else:
        with h5py.File(buffer, "w") as file:
            for name, array in arrays.items():
                kind = array.astype(h5py.string_dtype()) if array.dtype.kind == "U" else array
                file.create_dataset(name, data=kind)
            file.attrs["version"] = __version__
            file.attrs["solver"] = run.solver.method
            file.attrs["rtol"] = run.options.rtol
            file.attrs["units"] = "mse [V^2], weights and outputs [V], time [s]"
    write_bytes(path, buffer.getvalue())


def result_arrays(run: TrainingRun) -> dict[str, np.ndarray]:
    """Everything worth keeping, by name."""
    runs = len(run.options.seeds)
    _, outputs = run.forward()
    mse = run.mse[:][:, :runs]
    return {
        "mse": mse,
        "weights": run.weights()[:, :runs],
        "weight_names": np.array(run.circuit.weight_paths),
        "outputs": outputs[:, :, :runs],
        "output_names": np.array(run.circuit.output_names),
        "seeds": np.array(run.options.seeds),
        "time": np.array(run.time),
    }


def _curves(mse: FloatArray, seeds: tuple[int, ...]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["epoch", *(f"MSE seed {seed} [V^2]" for seed in seeds)])
    for epoch, row in enumerate(mse, start=1):
        writer.writerow([epoch, *(repr(float(value)) for value in row)])
    return stream.getvalue()
