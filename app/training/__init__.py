"""A run: dataset and epoch schedule, V_teach, MSE, snapshots, sweeps."""
