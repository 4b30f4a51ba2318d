"""What holds for every test: no real display, no files in the user's own folders."""

from __future__ import annotations

import os
import tempfile

from hypothesis import settings

# Before any test module imports Qt. Tests of the real window start their own process under Xvfb.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="aann-tests-")
# No test may fail because the machine is busy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
