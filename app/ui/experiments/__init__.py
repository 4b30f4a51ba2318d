"""Experiments in the window: ensembles, sweeps and mismatch studies, drawn while they run."""
