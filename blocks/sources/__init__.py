"""Sources of voltage: DC, dataset, V_teach, time functions."""
