"""The sub-commands of `aann`, one file each: `arguments(parser)` declares, `run(args) -> exit code` does."""
